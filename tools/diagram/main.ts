import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, resolve } from "node:path";

import { interruptible } from "../interrupt";
import { projectRoot } from "../project-root";
import { readStacks, synthesize, type SynthesizedStack } from "../synthesis";
import { runMain, UserError } from "../user-error";
import { parseArguments } from "./arguments";
import { staleFiles, writePictures } from "./files";
import { diagrams, picturesOf } from "./pictures";

async function main(): Promise<void> {
  const parsed = parseArguments(process.argv.slice(2));
  if (parsed === undefined) return;
  const root = projectRoot();
  const { from } = parsed;
  const stacks =
    from === undefined ? await interruptible((signal) => synthesizeAll(root, signal)) : readStacks(resolve(root, from));
  const pictures = picturesOf(stacks);
  const directory = resolve(root, parsed.out);
  const place = relative(process.cwd(), directory) || ".";
  if (!parsed.check) {
    writePictures(pictures, directory, diagrams);
    console.log(`Drew ${pictures.map(({ name }) => name).join(", ")} into ${place}, each as SVG and PNG.`);
    return;
  }
  const [first, ...others] = staleFiles(pictures, directory, diagrams);
  if (first !== undefined) {
    const more = others.length === 0 ? "" : `, and so on for ${others.length} more`;
    throw new UserError(`${join(place, first)}${more}; \`npm run diagram\` draws them anew.`);
  }
  console.log(`The ${pictures.length} pictures in ${place} show what the configuration says.`);
}

async function synthesizeAll(root: string, signal: AbortSignal): Promise<SynthesizedStack[]> {
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-diagram-"));
  try {
    return await synthesize(root, outdir, signal);
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

await runMain(main);
