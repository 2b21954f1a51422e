// Writes every generated document, or compares them with the files: `npm run docs`.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { InterruptedError, runMain, UserError } from "@dev-one/cli/user-error";
import { synthesize } from "@dev-one/terraform-json/synthesis";
import { execa } from "execa";

interface Generator {
  readonly entry: string;
  /** Option for the directory of an existing synthesis. @default the documents do not depend on stacks */
  readonly synthesis?: string;
  /** Option that writes the documents. @default they are written without an option */
  readonly write?: string;
}

const generators: readonly Generator[] = [
  { entry: "packages/diagram/src/main.ts", synthesis: "--from" },
  { entry: "packages/diagram/src/dashboards/main.ts", synthesis: "--from" },
  { entry: "packages/alert-trials/src/main.ts", synthesis: "--from" },
  { entry: "packages/cost/src/main.ts", synthesis: "--synth", write: "--write" },
  { entry: "packages/plan-review/src/examples/main.ts" },
  { entry: "scripts/documents/configuration/main.ts" },
];

await runMain(async () => {
  const command = commandLine("npm run docs", "Writes every generated document from one synthesis.").option(
    "--check",
    "write nothing; name every stale document, and exit with 1 if there is one",
    false,
  );
  if (!readArguments(command, process.argv.slice(2))) return;
  const { check } = command.opts<{ check: boolean }>();
  const root = projectRoot();
  const outdir = mkdtempSync(join(tmpdir(), "dev-one-documents-"));
  try {
    await interruptible(async (signal) => {
      await synthesize(root, outdir, signal);
      const runs = generators.map(({ entry, synthesis, write }) => {
        const mode = check ? "--check" : write;
        const options = [
          ...(mode === undefined ? [] : [mode]),
          ...(synthesis === undefined ? [] : [synthesis, outdir]),
        ];
        return execa(process.execPath, [join(root, "scripts", "run.mjs"), entry, ...options], {
          cwd: root,
          reject: false,
          all: true,
          cancelSignal: signal,
        });
      });
      let failures = 0;
      for (const run of runs) {
        const { all, failed, isCanceled } = await run;
        if (isCanceled) throw new InterruptedError();
        console.log(all);
        if (failed) failures += 1;
      }
      if (failures > 0)
        throw new UserError(
          check ? "`npm run docs` writes the stale documents anew." : "Not all documents were written.",
        );
    });
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
});
