import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { Application, LogLevel, type ProjectReflection, type TypeDocOptions } from "typedoc";
import type { PluginOptions } from "typedoc-plugin-markdown";

import { nameDestructuredParameters } from "./destructured";
import { areas, entryOf } from "./entries";
import { SourceTheme } from "./theme";
import { undocumented } from "./undocumented";
import { leaveOutUsualConstructors } from "./usual-constructors";

const INTRODUCTION = `# Constructs and configuration

What constructs take and give, and what an environment may set, made from the docstrings by \`npm run docs:api\`. Where a class
\`Foo\` has no constructor here, it is made like every construct, \`new Foo(scope, id, props)\`, with the \`FooProps\` of the same page; those
all hold the \`environment\` that is being built. How the parts work together is in [how it fits](../how-it-fits.md).
`;

/**
 * The pages of the API docs by file name, made from the docstrings.
 * @throws UserError when something exported has no docstring, when a link in one leads nowhere, or a type is not exported
 */
export async function apiPages(root: string): Promise<ReadonlyMap<string, string>> {
  mkdirSync(join(root, ".build"), { recursive: true });
  // Within the project, so that the sources' own settings and types are found.
  const scratch = mkdtempSync(join(root, ".build", "api-"));
  try {
    const out = join(scratch, "out");
    const app = await Application.bootstrapWithPlugins(options(root, scratch, out));
    app.renderer.defineTheme("source", SourceTheme);
    const project = await app.convert();
    if (project === undefined) throw new UserError("The API docs cannot be made: `npm run check` names what is wrong.");
    refuseUndocumented(project);
    app.validate(project);
    leaveOutUsualConstructors(project);
    nameDestructuredParameters(project);
    if (app.logger.hasWarnings() || app.logger.hasErrors()) {
      throw new UserError("The API docs have a gap: put right what is named above.");
    }
    await app.generateOutputs(project);
    const files = readdirSync(out).sort();
    return new Map(files.map((file) => [file, `${readFileSync(join(out, file), "utf8").trimEnd()}\n`]));
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function options(root: string, scratch: string, out: string): TypeDocOptions & Partial<PluginOptions> {
  return {
    name: "Constructs and configuration",
    entryPoints: writeEntries(root, scratch),
    tsconfig: join(scratch, "tsconfig.json"),
    basePath: root,
    // `npm run check` has compiled the sources before.
    skipErrorChecking: true,
    logLevel: LogLevel.Warn,
    validation: { notExported: true, invalidLink: true, invalidPath: false, rewrittenLink: true, notDocumented: false },

    excludePrivate: true,
    excludeProtected: true,
    excludeExternals: true,
    sort: ["source-order"],
    disableGit: true,
    sourceLinkTemplate: "{path}",

    plugin: ["typedoc-plugin-markdown"],
    outputs: [{ name: "markdown", path: out }],
    theme: "source",
    router: "module",
    readme: writeIntroduction(scratch),
    mergeReadme: true,
    hidePageHeader: true,
    hideBreadcrumbs: true,
    hideGenerator: true,
    indexFormat: "table",
    parametersFormat: "table",
    interfacePropertiesFormat: "table",
    classPropertiesFormat: "table",
    typeAliasPropertiesFormat: "table",
    propertyMembersFormat: "table",
    typeDeclarationFormat: "table",
    tableColumnSettings: {
      hideSources: true,
      hideModifiers: true,
      hideDefaults: true,
      hideInherited: true,
      hideOverrides: true,
    },
    useCodeBlocks: true,
  };
}

function writeIntroduction(scratch: string): string {
  const file = join(scratch, "introduction.md");
  writeFileSync(file, INTRODUCTION);
  return file;
}

/** One module an area, beside each other, so that their pages are named after the areas. */
function writeEntries(root: string, scratch: string): string[] {
  const settings = {
    extends: join(root, "tsconfig.json"),
    compilerOptions: { incremental: false },
    include: ["*.ts"],
  };
  writeFileSync(join(scratch, "tsconfig.json"), JSON.stringify(settings));
  return areas.map((area) => {
    const file = join(scratch, `${area.name}.ts`);
    writeFileSync(file, entryOf(root, area));
    return file;
  });
}

function refuseUndocumented(project: ProjectReflection): void {
  const [first, ...others] = undocumented(project);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : `, nor at ${others.join(", ")}`;
  throw new UserError(`No docstring at ${first}${more}; say what it is, with units, defaults and errors.`);
}
