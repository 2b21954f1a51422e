import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";

import { execa } from "execa";

import { type LocalCloud, ROOT } from "./local-cloud";

/** A block of shell in a runbook. */
interface Block {
  readonly line: number;
  readonly heading: string;
  readonly text: string;
}

/** AWS CLI commands that the emulator does not support, each with the reason. */
export const NOT_IN_EMULATOR: Readonly<Record<string, string>> = {
  "arc-zonal-shift start-zonal-shift": "moto has no zonal shift",
  "arc-zonal-shift list-zonal-shifts": "moto has no zonal shift",
  "arc-zonal-shift cancel-zonal-shift": "moto has no zonal shift",
  "elbv2 modify-capacity-reservation": "moto knows no capacity of a load balancer",
  "service-quotas get-service-quota": "moto has the quotas of VPC alone",
  "service-quotas request-service-quota-increase": "moto has nobody to ask",
};

/** Commands of runbooks that a test cannot run, with replacements that do nothing. */
const ELSEWHERE = {
  npx: "the deployment has tests of its own; here the stack is planned and applied by Terraform",
  curl: "nothing listens behind an address of the emulator",
  dig: "the emulator's zones are in no DNS",
};

/**
 * A directory like the project's, to run the commands of a runbook: `npm run synth` writes the stacks for the local cloud,
 * Terraform and the AWS CLI are on PATH, and the variables are set.
 */
export class RunbookReader {
  private readonly project: string;
  private readonly replaced: string;

  constructor(private readonly cloud: LocalCloud) {
    this.project = cloud.directory("project");
    this.replaced = join(this.project, "not-in-emulator.log");
    const bin = join(this.project, "bin");
    mkdirSync(bin, { recursive: true });
    const synth = `cd '${ROOT}' && CDKTF_OUTDIR='${this.project}/cdktf.out' node scripts/run.mjs packages/local-cloud/src/app.ts`;
    const rollOut = `cd '${ROOT}' && node scripts/run.mjs packages/delivery/src/roll-out/main.ts`;
    // The emulator has neither Session Manager nor a database; packages/delivery/test/programs tries that command.
    const scripts = { synth, cost: "true", "roll-out": rollOut, "database-users": "true" };
    writeFileSync(join(this.project, "package.json"), JSON.stringify({ scripts }));
    copyFileSync(join(ROOT, "terraform.tfvars.example"), join(this.project, "terraform.tfvars"));
    writeProgram(join(bin, "aws"), awsWithout(Object.keys(NOT_IN_EMULATOR), this.replaced));
    for (const name of Object.keys(ELSEWHERE)) writeProgram(join(bin, name), "exit 0");
  }

  /** The blocks of a runbook whose text matches, in its order. @throws when one of the patterns matches none */
  async blocks(runbook: string, ...patterns: readonly RegExp[]): Promise<string[]> {
    const script = join(ROOT, "scripts", "test", "runbooks", "runbook_documents.py");
    const { stdout } = await execa(join(ROOT, ".venv", "bin", "python"), [script, runbook]);
    const all = (JSON.parse(stdout) as Block[]).map((block) => ({ ...block, text: ofStaging(block.text) }));
    if (patterns.length === 0) return all.map(({ text }) => text);
    return patterns.map((pattern) => {
      const found = all.find(({ text }) => pattern.test(text));
      if (found === undefined) throw new Error(`docs/runbooks/${runbook} has no block like ${String(pattern)}`);
      return found.text;
    });
  }

  /** Runs blocks in one shell, which exits at the first failed command. @returns their output */
  async run(blocks: readonly string[]): Promise<string> {
    const script = ["set -euo pipefail", ...blocks].join("\n");
    const { exitCode, stdout, all } = await execa("bash", ["-c", script], {
      cwd: this.project,
      env: this.env,
      stdin: "ignore",
      reject: false,
      all: true,
      cancelSignal: this.cloud.signal,
    });
    if (exitCode !== 0) throw new Error(`exit code ${exitCode ?? "none"} of\n${script}\n\nIt printed:\n${all}`);
    return stdout;
  }

  /** The commands that were replaced as unsupported by the emulator, and those of them that it supports. */
  async replacedCommands(): Promise<{ readonly replaced: string[]; readonly known: string[] }> {
    const calls = existsSync(this.replaced) ? readFileSync(this.replaced, "utf8").trim().split("\n") : [];
    const replaced = [...new Set(calls.map((call) => call.split(" ").slice(0, 2).join(" ")))].sort();
    const known: string[] = [];
    for (const command of replaced) {
      const call = calls.find((each) => each.startsWith(`${command} `)) ?? command;
      const script = `exec '${AWS}' --endpoint-url "$AWS_ENDPOINT_URL" ${call}`;
      // A retry of an unsupported command fails again.
      const env = { ...this.env, AWS_MAX_ATTEMPTS: "1" };
      const { exitCode } = await execa("bash", ["-c", script], { env, stdin: "ignore", reject: false });
      if (exitCode === 0) known.push(command);
    }
    return { replaced, known };
  }

  private get env(): Record<string, string> {
    const path = [join(this.project, "bin"), dirname(this.cloud.executable), process.env.PATH ?? ""].join(delimiter);
    return { ...this.cloud.env, PATH: path, TF_IN_AUTOMATION: "1", TF_INPUT: "0", CHECKPOINT_DISABLE: "1" };
  }
}

/** Runbooks for production set its name, and those of alerts leave the environment to the reader. */
function ofStaging(text: string): string {
  return text.replace("ENV=production", "ENV=staging").replaceAll(/(?<![$\w{])ENV(?![\w=])/g, "staging");
}

const AWS = join(ROOT, ".venv", "bin", "aws");

/**
 * The AWS CLI, with the emulator's address (version 1 ignores that of the environment for RDS). Replaced commands are recorded,
 * quoted for a shell, and print the CLI's output for an empty result.
 */
function awsWithout(commands: readonly string[], log: string): string {
  const cases = commands.map((command) => `"${command}"`).join(" | ");
  return `case "$1 \${2:-}" in
  ${cases}) printf '%q ' "$@" >> '${log}'; echo >> '${log}'; echo None ;;
  *) exec '${AWS}' --endpoint-url "$AWS_ENDPOINT_URL" "$@" ;;
esac`;
}

function writeProgram(path: string, script: string): void {
  writeFileSync(path, `#!/usr/bin/env bash\n${script}\n`);
  chmodSync(path, 0o755);
}
