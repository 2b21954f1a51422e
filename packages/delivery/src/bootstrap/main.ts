import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";

import { commandLine, readArguments } from "@dev-one/cli/command-line";
import { interruptible } from "@dev-one/cli/interrupt";
import { projectRoot } from "@dev-one/cli/project-root";
import { InterruptedError, runMain, UserError } from "@dev-one/cli/user-error";
import {
  findProviders,
  findTerraform,
  relaxProviders,
  requiredProviders,
  type TerraformEvent,
} from "@dev-one/terraform-cli";
import { adaptStack, localCloudUrl } from "@dev-one/terraform-json/local-endpoints";
import type { RawPlan } from "@dev-one/terraform-json/read-plan";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";

import { environmentArgument } from "../environment-argument";
import { bootstrap, type BootstrapOutcome } from "./bootstrap";
import { summarize } from "./summary";

const OUTCOMES: Readonly<Record<BootstrapOutcome, string>> = {
  created: "The bucket is made, and its state is in it",
  updated: "The bucket was there and has been brought up to date",
  unchanged: "Nothing to do: the bucket is there, its state is in it, and nothing has changed",
};

interface Options {
  readonly autoApprove: boolean;
  readonly adopt: boolean;
}

async function main(): Promise<void> {
  const command = commandLine(
    "npm run bootstrap",
    "Makes the bucket of an environment's Terraform states. A second run changes nothing.",
  )
    .addArgument(environmentArgument())
    .option("--auto-approve", "do not ask before the bucket is made or changed", false)
    .option("--adopt", "take over a bucket and its key that exist while their state is lost", false);
  if (!readArguments(command, process.argv.slice(2))) return;
  const options = command.opts<Options>();
  if (!options.autoApprove && !process.stdin.isTTY) {
    throw new UserError(
      "No approval is possible here (stdin is no terminal): add --auto-approve, or run it in a terminal.",
    );
  }
  await interruptible(
    (signal) => bootstrapEnvironment(command.args[0] ?? "", options, signal),
    () => {
      console.error("Interrupted; waiting for Terraform to write its state (again Ctrl-C: not waiting) ...");
    },
  );
}

async function bootstrapEnvironment(
  environment: string,
  { autoApprove, adopt }: Options,
  signal: AbortSignal,
): Promise<void> {
  const root = projectRoot();
  const { executable, version } = await findTerraform({ root });
  const scratch = mkdtempSync(join(tmpdir(), "dev-one-bootstrap-"));
  try {
    const stacks = await synthesize(root, join(scratch, "cdktf.out"), signal);
    const { json: synthesized } = stackNamed(stacks, `${environment}-state`);
    const cache = join(root, ".build", "plugin-cache");
    const source = await findProviders(requiredProviders(synthesized), { scratch, cache });
    const { stack, relaxations } = relaxProviders(synthesized, source.found);
    console.log(`Terraform ${version} (${executable}). ${source.description}`);
    for (const relaxation of relaxations) console.log(relaxation);
    const local = localCloudUrl();
    if (local !== undefined) console.log(`The local cloud at ${local} stands in for AWS.`);
    const outcome = await bootstrap({
      stack: local === undefined ? stack : adaptStack(stack, local),
      directory: join(root, ".bootstrap", environment),
      executable,
      env: source.env,
      adopt,
      approve: (plan) => approve(plan, autoApprove, signal),
      onStep: (step) => {
        console.log(`${step} ...`);
      },
      onEvent: printEvent,
      signal,
    });
    console.log(`${OUTCOMES[outcome]} (environment ${environment}).`);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function approve(plan: RawPlan, autoApprove: boolean, signal: AbortSignal): Promise<boolean> {
  console.log(summarize(plan));
  if (autoApprove) return true;
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  // While readline waits for an answer, it receives Ctrl-C instead of the process.
  terminal.on("SIGINT", () => process.kill(process.pid, "SIGINT"));
  try {
    return (await terminal.question("Do this? Only yes is accepted: ", { signal })).trim() === "yes";
  } catch (error) {
    if (signal.aborted) throw new InterruptedError();
    throw error;
  } finally {
    terminal.close();
  }
}

function printEvent(event: TerraformEvent): void {
  if (event.type === "complete" && event.action !== "read") {
    console.log(`  ${event.action} ${event.address} (${event.elapsedSeconds} s)`);
  }
}

await runMain(main);
