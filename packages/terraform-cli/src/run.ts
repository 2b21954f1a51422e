import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { parsePlan, type RawPlan } from "@dev-one/terraform-json/read-plan";

import { parseEvent, type TerraformEvent } from "./events";
import { runProcess, type TerraformResult } from "./process";
import { type Diagnostic, parseTextDiagnostics, TerraformError } from "./terraform-error";

export interface TerraformOptions {
  /** Absolute path; see find.ts. */
  readonly executable: string;
  /** Directory that holds the stack's JSON. */
  readonly directory: string;
  /** Added to the environment of this process: credentials, endpoints, and the variables of providers.ts. @default {} */
  readonly env?: Readonly<Record<string, string>>;
  /** Stops Terraform; see process.ts. */
  readonly signal?: AbortSignal | undefined;
  /** Time that Terraform has to exit after the interrupt, in milliseconds. @default 60,000 */
  readonly graceMs?: number;
  /** Called for every event of every command, while it runs. */
  readonly onEvent?: (event: TerraformEvent) => void;
}

export interface ChangeOptions {
  /** Values of input variables. @default {} */
  readonly variables?: Readonly<Record<string, string>>;
  /** How long to wait for the state's lock, in seconds. @default 0 */
  readonly lockTimeoutSeconds?: number;
  /** @default Terraform's own, 10 */
  readonly parallelism?: number;
}

export interface PlanOptions extends ChangeOptions {
  /** File to write the plan to. @default the plan is not written */
  readonly out?: string;
  /** Refreshes the state first. @default true */
  readonly refresh?: boolean;
}

/**
 * Terraform in one directory. When a command fails, it throws a TerraformError with Terraform's diagnostics. When the signal was
 * aborted, it throws an InterruptedError after Terraform has exited.
 */
export class Terraform {
  constructor(private readonly options: TerraformOptions) {}

  /**
   * @param options.state handling of a state in a previous backend: "migrate" copies it without a prompt, "reconfigure" ignores it.
   * @default Terraform refuses when the backend has changed
   */
  async init({ state }: { readonly state?: "migrate" | "reconfigure" } = {}): Promise<void> {
    // -migrate-state cannot be combined with -json.
    await (state === "migrate"
      ? this.text("init", ["-no-color", "-migrate-state", "-force-copy"])
      : this.stream("init", state === "reconfigure" ? ["-reconfigure"] : []));
  }

  /** @returns whether the plan holds changes, outputs included */
  async plan(options: PlanOptions = {}): Promise<{ readonly hasChanges: boolean }> {
    const args = [
      "-detailed-exitcode",
      ...(options.out === undefined ? [] : [`-out=${options.out}`]),
      ...(options.refresh === false ? ["-refresh=false"] : []),
      ...changeFlags(options),
    ];
    const { exitCode } = await this.stream("plan", args, [0, 2]);
    return { hasChanges: exitCode === 2 };
  }

  /** Applies a plan file, exactly as it was reviewed. */
  async applyPlan(file: string, options: ChangeOptions = {}): Promise<void> {
    await this.stream("apply", [...changeFlags(options), file]);
  }

  /** Plans and applies without a review. */
  async apply(options: ChangeOptions = {}): Promise<void> {
    await this.stream("apply", ["-auto-approve", ...changeFlags(options)]);
  }

  async destroy(options: ChangeOptions = {}): Promise<void> {
    await this.stream("destroy", ["-auto-approve", ...changeFlags(options)]);
  }

  async showPlan(file: string): Promise<RawPlan> {
    return parsePlan(await this.planAsJson(file));
  }

  /** The plan as Terraform writes it. It holds values of the state unmasked. */
  async planAsJson(file: string): Promise<string> {
    return await this.text("show", ["-json", file]);
  }

  /** The addresses in the state; empty when there is no state. */
  async stateList(): Promise<string[]> {
    const { exitCode, stdout, stderr } = await this.run("state list", []);
    const isEmpty = exitCode === 1 && /no state/i.test(stderr);
    if (exitCode !== 0 && !isEmpty) throw new TerraformError("state list", exitCode, parseTextDiagnostics(stderr));
    return stdout.split("\n").filter((line) => line !== "");
  }

  /** The state as it is stored; undefined when it does not exist. */
  async statePull(): Promise<JsonObject | undefined> {
    const stdout = await this.text("state pull", []);
    if (stdout.trim() === "") return undefined;
    const state = JSON.parse(stdout) as Json;
    return isJsonObject(state) ? state : undefined;
  }

  /** Removes the taint that makes Terraform replace a resource. */
  async untaint(address: string): Promise<void> {
    await this.text("untaint", ["-no-color", address]);
  }

  /** Runs a command with -json and reports its events. */
  private async stream(
    command: string,
    args: readonly string[],
    fine: readonly number[] = [0],
  ): Promise<TerraformResult> {
    const errors: Diagnostic[] = [];
    const onLine = (line: string): void => {
      const event = parseEvent(line);
      if (event === undefined) return;
      if (event.type === "diagnostic" && event.severity === "error") errors.push(event);
      this.options.onEvent?.(event);
    };
    const result = await this.run(command, ["-json", ...args], onLine);
    if (result.exitCode === undefined || !fine.includes(result.exitCode)) {
      throw new TerraformError(
        command,
        result.exitCode,
        errors.length > 0 ? errors : parseTextDiagnostics(`${result.stdout}\n${result.stderr}`),
      );
    }
    return result;
  }

  /** Runs a command and returns what it prints on stdout. */
  private async text(command: string, args: readonly string[]): Promise<string> {
    const { exitCode, stdout, stderr } = await this.run(command, args);
    if (exitCode === 0) return stdout;
    throw new TerraformError(command, exitCode, parseTextDiagnostics(stderr));
  }

  private run(command: string, args: readonly string[], onLine?: (line: string) => void): Promise<TerraformResult> {
    return runProcess({ ...this.options, args: [...command.split(" "), ...args], onLine });
  }
}

function changeFlags(options: ChangeOptions): string[] {
  return [
    ...(options.lockTimeoutSeconds === undefined ? [] : [`-lock-timeout=${options.lockTimeoutSeconds}s`]),
    ...(options.parallelism === undefined ? [] : [`-parallelism=${options.parallelism}`]),
    ...Object.entries(options.variables ?? {}).map(([name, value]) => `-var=${name}=${value}`),
  ];
}
