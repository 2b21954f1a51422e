import ts from "typescript";

import { textOf } from "./project";

/** The names that a TypeScript file exports. */
export function exportsOf(file: string): string[] {
  const source = parse(file);
  return source.statements.flatMap((statement) => {
    if (ts.isExportDeclaration(statement)) {
      const clause = statement.exportClause;
      return clause !== undefined && ts.isNamedExports(clause) ? clause.elements.map(({ name }) => name.text) : [];
    }
    const isExported = ts.canHaveModifiers(statement)
      ? ts.getModifiers(statement)?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword)
      : false;
    if (isExported !== true) return [];
    if (ts.isVariableStatement(statement)) {
      return statement.declarationList.declarations.map(({ name }) => name.getText(source));
    }
    const { name } = statement as { readonly name?: ts.Identifier };
    return name === undefined ? [] : [name.text];
  });
}

/** The titles of a file's tests, as they are written: `%s`, `$name` and `${name}` stand for themselves. */
export function titlesOf(file: string): string[] {
  if (file.endsWith(".py")) return [...textOf(file).matchAll(/^\s*def (test_\w+)/gm)].map(([, name = ""]) => name);
  const source = parse(file);
  const titles: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.arguments.length > 1) {
      const [title] = node.arguments;
      const isTest = /^(test|it)\b/.test(node.expression.getText(source));
      if (isTest && title !== undefined && ts.isStringLiteralLike(title)) titles.push(title.text);
      if (isTest && title !== undefined && ts.isTemplateExpression(title)) {
        titles.push(title.getText(source).slice(1, -1));
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return titles;
}

function parse(file: string): ts.SourceFile {
  return ts.createSourceFile(file, textOf(file), ts.ScriptTarget.ES2022, true);
}
