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
      const mode = check ? ["--check"] : [];
      const runs = [
        ["packages/diagram/src/main.ts", ...mode, "--from", outdir],
        ["packages/diagram/src/dashboards/main.ts", ...mode, "--from", outdir],
        ["packages/alert-trials/src/main.ts", ...mode, "--from", outdir],
        ["packages/cost/src/main.ts", check ? "--check" : "--write", "--synth", outdir],
        ["packages/plan-review/src/examples/main.ts", ...mode],
        ["scripts/documents/configuration/main.ts", ...mode],
      ].map((args) => {
        const options = { cwd: root, reject: false, all: true, cancelSignal: signal } as const;
        return execa(process.execPath, [join(root, "scripts", "run.mjs"), ...args], options);
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
