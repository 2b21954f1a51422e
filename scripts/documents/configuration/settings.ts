import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import ts from "typescript";

/** A setting in the reference. */
export interface Setting {
  /** Path of the setting, such as `zones[].subnets.data`; `<name>` is a key of the user's choice. */
  readonly path: string;
  /** Type of the value; undefined for a setting with parts. */
  readonly type: string | undefined;
  readonly isRequired: boolean;
  /** Default value. */
  readonly default: string | undefined;
  readonly description: string;
  /** The settings below this one. */
  readonly parts: readonly Setting[];
}

/**
 * The settings of an interface, from its docstrings.
 * @throws UserError when a setting has no docstring, or an optional setting has no `@default`
 */
export function settingsOf(file: string, interfaceName: string, options: ts.CompilerOptions): Setting[] {
  const program = ts.createProgram([file], options);
  const checker = program.getTypeChecker();
  const declaration = program
    .getSourceFile(file)
    ?.statements.filter(ts.isInterfaceDeclaration)
    .find(({ name }) => name.text === interfaceName);
  if (declaration === undefined) throw new UserError(`${file} has no interface ${interfaceName}.`);
  const settings = partsOf(checker, checker.getTypeAtLocation(declaration), "");
  const gaps = settings.flatMap(gapsOf);
  if (gaps.length > 0) throw new UserError(`The docstrings have gaps: ${gaps.join(", ")}.`);
  return settings;
}

/** The project's compiler options, which affect how types are resolved. @param root directory of tsconfig.json */
export function compilerOptions(root: string): ts.CompilerOptions {
  const { config } = ts.readConfigFile(join(root, "tsconfig.json"), (file) => ts.sys.readFile(file)) as {
    config: unknown;
  };
  return ts.parseJsonConfigFileContent(config, { ...ts.sys, readDirectory: () => [] }, root).options;
}

/** The settings of an object type; for a union, the settings of each member. */
function partsOf(checker: ts.TypeChecker, type: ts.Type, prefix: string): Setting[] {
  if (type.isUnion()) {
    const kinds = type.types.filter((each) => each.getProperty("kind") !== undefined);
    return kinds.flatMap((each) => partsOf(checker, each, prefix));
  }
  if ((type.flags & ts.TypeFlags.Object) === 0) return [];
  const element = checker.getIndexInfosOfType(type)[0]?.type;
  if (element !== undefined) {
    const key = checker.isArrayType(type) ? "[]" : ".<name>";
    return partsOf(checker, element, `${prefix.replace(/\.$/, "")}${key}.`);
  }
  return type.getProperties().map((property) => settingOf(checker, property, prefix));
}

function settingOf(checker: ts.TypeChecker, property: ts.Symbol, prefix: string): Setting {
  const type = checker.getNonNullableType(checker.getTypeOfSymbol(property));
  const path = `${prefix}${property.name}`;
  const tag = property.getJsDocTags(checker).find(({ name }) => name === "default");
  const parts = partsOf(checker, type, `${path}.`);
  // Optional members without a default, such as the two numbers of a threshold, are shown as part of their parent.
  const isWhole = tag !== undefined && parts.every((part) => !part.isRequired && part.default === undefined);
  return {
    path,
    type: isWhole || parts.length === 0 ? typeText(checker, type) : undefined,
    isRequired: (property.flags & ts.SymbolFlags.Optional) === 0,
    default: tag === undefined ? undefined : ts.displayPartsToString(tag.text).replaceAll(/\s+/g, " "),
    description: ts.displayPartsToString(property.getDocumentationComment(checker)).replaceAll(/\s+/g, " "),
    parts: isWhole ? [] : parts,
  };
}

function gapsOf(setting: Setting): string[] {
  const needsDefault = !setting.isRequired && setting.type !== undefined;
  return [
    ...(setting.description === "" ? [`${setting.path} has no description`] : []),
    ...(needsDefault && setting.default === undefined ? [`${setting.path} has no @default`] : []),
    ...setting.parts.flatMap(gapsOf),
  ];
}

function typeText(checker: ts.TypeChecker, type: ts.Type): string {
  return checker.typeToString(type, undefined, ts.TypeFormatFlags.NoTruncation).replaceAll(" | undefined", "");
}
