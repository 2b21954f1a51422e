import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { type AddressInfo, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { killProcess, processesIn, waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";

import {
  described,
  readRecordedCalls,
  type RecordedRequest,
  refusal,
} from "../../../../__tests__/support/recorded-calls";
import { synthesize } from "../../../../__tests__/support/synthesis";
import { staging } from "../../../../src/environments";
import { hasDatadogProvider } from "./support/datadog-provider";
import { ROOT } from "./support/local-cloud";

// `npm start` as users run it, without the set-up before it. During most of the full run the provider waits, so the other tests run
// concurrently.
const TIMEOUT_MS = 1_800_000;
jest.setTimeout(TIMEOUT_MS);

const MAIN = ["scripts/run.mjs", "packages/local-cloud/src/main.ts"];

interface Step {
  readonly name: string;
  readonly outcome: string;
  readonly detail: string;
}

test.concurrent(
  "deploys staging, finds the address table, plans no change, and leaves nothing",
  inScratch(async (scratch) => {
    const json = join(scratch, "summary.json");
    const hasDatadog = hasDatadogProvider();

    const calls = join(scratch, "calls.jsonl");

    const { exitCode, all } = await start(scratch, ["--json", json, "--calls", calls]);

    expect({ exitCode, all: exitCode === 0 ? "" : all }).toEqual({ exitCode: 0, all: "" });
    const { steps } = JSON.parse(readFileSync(json, "utf8")) as { steps: Step[] };
    expect(steps.map(({ name, outcome }) => `${name}: ${outcome}`)).toEqual([
      "synthesize every environment: done",
      "start the local cloud for staging: done",
      "bootstrap staging-state: done",
      "deploy staging: done",
      "read the address table back: done",
      "read the servers' boot files back: done",
      "plan staging again: done",
      "change staging: done",
      ...(hasDatadog
        ? [
            "start the stand-in for Datadog: done",
            "deploy staging-monitoring: done",
            "plan staging-monitoring again: done",
            "destroy staging-monitoring: done",
          ]
        : ["deploy staging-monitoring: left out"]),
      "start the local cloud for production: done",
      "plan production-state: done",
      "plan production: done",
      ...(hasDatadog ? ["plan production-monitoring: done"] : []),
      "destroy staging: done",
      "ask the API what is left: done",
    ]);
    for (const address of ["172.31.1.101", "172.31.2.101", "172.31.1.104", "172.31.2.104"]) {
      expect(all).toContain(address);
    }
    expect(processesIn(scratch)).toEqual([]);

    const { isRefused } = refusal(synthesize(staging));
    const recorded = readRecordedCalls(calls);
    expect(recorded.filter((request) => isRefused(request)).map(described)).toEqual(
      recorded.filter(({ action }) => action === "route53:DeleteHostedZone").map(described),
    );
    // Which request is first for a key, before or after its alias, depends on the time; the actions do not.
    expect(actionsOf(recorded)).toEqual(actionsOf(readRecordedCalls(join(ROOT, GOLDEN_CALLS))));
  }),
);

/** What the unit tests evaluate; its test says how it is recorded anew. */
const GOLDEN_CALLS = "__tests__/golden/calls/staging.jsonl";

const actionsOf = (recorded: readonly RecordedRequest[]) =>
  [...new Set(recorded.map(({ role, action }) => `${role} ${action}`))].sort();

for (const { when, line } of [
  { when: "the synthesis", line: "== synthesize" },
  { when: "the start of the emulator", line: "== start the local cloud" },
  { when: "the bootstrap", line: "aws_kms_key" },
  { when: "the deployment", line: "+ aws_subnet." },
]) {
  test.concurrent(
    `Ctrl-C during ${when} leaves nothing running`,
    inScratch(async (scratch) => {
      const run = start(scratch, []);
      await printed(run, line);

      run.kill("SIGINT");
      const { exitCode, all } = await run;

      expect(exitCode).toBe(130);
      expect(all).toContain("Interrupted");
      expect(processesIn(scratch)).toEqual([]);
      expect(readdirSync(scratch)).toEqual([]);
    }),
  );
}

test.concurrent(
  "the emulator exits with the run, even when the run is killed with SIGKILL",
  inScratch(async (scratch) => {
    const run = start(scratch, []);
    await printed(run, "== bootstrap");

    run.kill("SIGKILL");
    await run;

    await waitUntil(() => processesIn(scratch, "-m emulator").length === 0);
    for (const pid of processesIn(scratch)) killProcess(pid); // Terraform needs a few seconds to exit
  }),
);

test.concurrent(
  "npm start reports a port in use in one sentence",
  inScratch(async (scratch) => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;

    const { exitCode, stderr } = await start(scratch, ["--port", String(port)]);

    server.close();
    expect(exitCode).toBe(1);
    expect(stderr).toBe(`Port ${port} is in use: choose another one with --port, or leave it out for any free one.`);
  }),
);

test.concurrent(
  "without Terraform, npm start synthesizes, and the summary lists the skipped steps",
  inScratch(async (scratch) => {
    symlinkSync(process.execPath, join(scratch, "node"));

    const { exitCode, stdout, stderr } = await start(scratch, [], { PATH: scratch });

    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/synthesize every environment\s+│ done/);
    expect(stdout).toMatch(/local cloud\s+│ left out/);
    expect(stderr).toMatch(/^Terraform is missing: .*npm run setup.*\.$/);
  }),
);

for (const { args, message } of [
  { args: ["--port", "70000"], message: /^option '--port <number>' argument '70000' is invalid\. Write a number/ },
  { args: ["--kep"], message: /unknown option '--kep'/ },
]) {
  test.concurrent(
    `rejects ${args.join(" ")} in one sentence`,
    inScratch(async (scratch) => {
      const { exitCode, stderr } = await start(scratch, args);

      expect(exitCode).toBe(1);
      expect(stderr).toMatch(message);
      expect(stderr.split("\n")).toHaveLength(1);
    }),
  );
}

test.concurrent(
  "--stop reports that no local cloud is kept",
  inScratch(async (scratch) => {
    const { exitCode, stdout } = await start(scratch, ["--stop"]);

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "No local cloud is kept running." });
  }),
);

/** A test with its own directory. */
function inScratch(run: (scratch: string) => Promise<void>): () => Promise<void> {
  return async () => {
    const scratch = mkdtempSync(join(tmpdir(), "dev-one-start-test-"));
    try {
      await run(scratch);
    } finally {
      rmSync(scratch, { recursive: true, force: true });
    }
  };
}

type Run = ReturnType<typeof start>;

/** Starts the command with its own scratch directory, which identifies its processes. */
function start(scratch: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [...MAIN, ...args], {
    cwd: ROOT,
    env: { TMPDIR: scratch, ...env },
    stdin: "ignore",
    reject: false,
    all: true,
    // Shorter than the test's timeout, so that no process is left running and the output is printed.
    timeout: TIMEOUT_MS - 60_000,
    killSignal: "SIGINT",
    forceKillAfterDelay: 30_000,
  });
}

/** Resolves when the run has printed a text. The output is read further, so that the run does not block on a full pipe. */
function printed(run: Run, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    let output = "";
    run.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes(text)) resolve();
    });
    run.once("exit", () => {
      reject(new Error(`the run ended before it printed ${text}`));
    });
  });
}
