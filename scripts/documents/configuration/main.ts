import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { configurationPage } from "./page";
import { compilerOptions, settingsOf } from "./settings";

const PAGE = join("docs", "configuration.md");

async function main(): Promise<void> {
  const command = commandLine(
    "npm run docs:api",
    "Writes docs/configuration.md from the docstrings of src/config/schema.",
  ).option("--check", "write nothing; fail when the page differs from the docstrings", false);
  if (!readArguments(command, process.argv.slice(2))) return;
  const root = projectRoot();
  const file = join(root, PAGE);
  const schema = join(root, "src/config/schema/environment.ts");
  const page = configurationPage(settingsOf(schema, "EnvironmentProps", compilerOptions(root)));
  if (!command.opts<{ check: boolean }>().check) {
    await writeFile(file, page);
    console.log(`Wrote ${PAGE}.`);
  } else if (existsSync(file) && (await readFile(file, "utf8")) === page) {
    console.log(`${PAGE} is up to date.`);
  } else {
    throw new UserError(
      `${PAGE} differs from the docstrings of src/config/schema; \`npm run docs:api\` writes it again.`,
    );
  }
}

await runMain(main);
