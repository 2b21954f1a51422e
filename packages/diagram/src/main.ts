import { resolve } from "node:path";

import { projectRoot } from "@dev-one/cli/project-root";
import { runMain } from "@dev-one/cli/user-error";
import { stacksFrom } from "@dev-one/terraform-json/synthesis";

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
