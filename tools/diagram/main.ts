import { resolve } from "node:path";

import { projectRoot } from "../project-root";
import { stacksFrom } from "../synthesis";
import { runMain } from "../user-error";
import { parseArguments } from "./arguments";
import { drawOrCheck } from "./draw-or-check";
import { diagrams, picturesOf } from "./pictures";

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  const stacks = await stacksFrom(root, parsed.from);
  drawOrCheck(picturesOf(stacks), {
    directory: resolve(root, parsed.out),
    family: diagrams,
    check: parsed.check,
    command: "npm run diagram",
    shown: "what the configuration says",
  });
}

await runMain(main);
