import { join } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";

import { parseArguments } from "./arguments";
import { stalePages, writePages } from "./files";
import { apiPages } from "./generate";

const PLACE = join("docs", "api");

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  const pages = await apiPages(root);
  if (!parsed.check) {
    writePages(pages, join(root, PLACE));
    console.log(`Wrote ${pages.size} pages into ${PLACE}.`);
    return;
  }
  const [first, ...others] = stalePages(pages, join(root, PLACE));
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, and so on for ${others.length} more`;
    throw new UserError(`${join(PLACE, first)}${more}; \`npm run docs:api\` writes them anew.`);
  }
  console.log(`The ${pages.size} pages in ${PLACE} say what the docstrings say.`);
}

await runMain(main);
