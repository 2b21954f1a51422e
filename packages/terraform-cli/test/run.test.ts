import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";
import { waitUntil } from "@dev-one/cli/test/processes";
import { InterruptedError } from "@dev-one/cli/user-error";

import { Terraform, type TerraformEvent } from "../src";
import { parseEvent } from "../src/events";
import { parseTextDiagnostics } from "../src/terraform-error";

const START = { type: "apply_start", hook: { resource: { addr: "aws_vpc.main" }, action: "create" } };
const COMPLETE = { type: "apply_complete", hook: { ...START.hook, elapsed_seconds: 3 } };
const DENIED = {
  type: "diagnostic",
  diagnostic: { severity: "error", summary: "denied", detail: "You may not.", address: "aws_vpc.main" },
};
const print = (...lines: object[]): string => lines.map((line) => `console.log('${JSON.stringify(line)}');`).join("\n");

describe("running Terraform", () => {
  test("reports events while it runs, in an environment without prompts", async () => {
    const events: TerraformEvent[] = [];
    const { terraform, directory } = fake(
      `require("fs").writeFileSync("seen.json", JSON.stringify([process.argv.slice(2), process.env.TF_INPUT, process.env.OWN]));
      ${print(START, COMPLETE)} console.log("not JSON");`,
      { onEvent: (event) => events.push(event) },
    );
    await terraform.apply({ variables: { name: "a=b" }, lockTimeoutSeconds: 5 });
    expect(events).toEqual([
      { type: "start", address: "aws_vpc.main", action: "create", elapsedSeconds: 0 },
      { type: "complete", address: "aws_vpc.main", action: "create", elapsedSeconds: 3 },
    ]);
    expect(JSON.parse(readFileSync(join(directory, "seen.json"), "utf8"))).toEqual([
      ["apply", "-json", "-auto-approve", "-lock-timeout=5s", "-var=name=a=b"],
      "0",
      "own",
    ]);
  });

  test("reports address and summary of a failure in one line", async () => {
    const { terraform } = fake(`${print(START, DENIED)} process.exitCode = 1;`);
    await expect(terraform.apply()).rejects.toThrow("terraform apply failed: aws_vpc.main: denied (You may not)");
  });

  test.each([
    [0, false],
    [2, true],
  ])("a plan with exit code %d has changes: %s", async (code, hasChanges) => {
    await expect(fake(`process.exitCode = ${code};`).terraform.plan()).resolves.toEqual({ hasChanges });
  });

  test("reports a missing executable without a stack trace", async () => {
    const terraform = new Terraform({ executable: "/does/not/exist", directory: scratchDirectory() });
    await expect(terraform.init()).rejects.toThrow(/^terraform init failed: .*ENOENT/);
  });

  test("an interruption sends one SIGINT and waits for the exit", async () => {
    const controller = new AbortController();
    const { terraform, directory } = fake(
      `let count = 0;
      process.on("SIGINT", () => { count += 1; setTimeout(() => {
        require("fs").writeFileSync("state-written", String(count)); process.exit(1); }, 300); });
      setInterval(() => undefined, 1000); ${print(START)}`,
      {
        signal: controller.signal,
        onEvent: () => {
          controller.abort();
        },
      },
    );
    await expect(terraform.apply()).rejects.toBeInstanceOf(InterruptedError);
    expect(readFileSync(join(directory, "state-written"), "utf8")).toBe("1");
  });

  test("kills Terraform and its children when they do not exit in time", async () => {
    const controller = new AbortController();
    const { terraform, directory } = fake(
      `process.on("SIGINT", () => undefined);
      const child = require("child_process").spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
      require("fs").writeFileSync("child", String(child.pid));
      setInterval(() => undefined, 1000); ${print(START)}`,
      {
        signal: controller.signal,
        graceMs: 200,
        onEvent: () => {
          controller.abort();
        },
      },
    );
    await expect(terraform.apply()).rejects.toBeInstanceOf(InterruptedError);
    const child = Number(readFileSync(join(directory, "child"), "utf8"));
    await waitUntil(() => !isRunning(child));
  });

  test("starts no command after an interruption", async () => {
    const { terraform, directory } = fake(`require("fs").writeFileSync("ran", "");`, { signal: AbortSignal.abort() });
    await expect(terraform.init()).rejects.toBeInstanceOf(InterruptedError);
    expect(existsSync(join(directory, "ran"))).toBe(false);
  });
});

describe("Terraform's output", () => {
  test("human-readable errors lose their frame and colours", () => {
    const text = "\u001b[31m╷\u001b[0m\n│ Error: No such bucket\n│ \n│   with aws_s3_bucket.b,\n│ \n│ It is gone.\n╵\n";
    expect(parseTextDiagnostics(text)).toEqual([
      { severity: "error", summary: "No such bucket", detail: "It is gone.", address: "aws_s3_bucket.b" },
    ]);
  });

  test.each(["", "text", "[]", "null", '{"type":"outputs"}'])("%j is not an event", (line) => {
    expect(parseEvent(line)).toBeUndefined();
  });
});

function fake(
  body: string,
  options: Partial<ConstructorParameters<typeof Terraform>[0]> = {},
): { readonly terraform: Terraform; readonly directory: string } {
  const directory = scratchDirectory();
  const executable = writeScript(join(directory, "terraform"), body);
  return { directory, terraform: new Terraform({ executable, directory, env: { OWN: "own" }, ...options }) };
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    // A killed process whose parent has not reaped it yet (a zombie) is no longer running either.
    return !/^State:\s+Z/m.test(existsSync(`/proc/${pid}/status`) ? readFileSync(`/proc/${pid}/status`, "utf8") : "");
  } catch {
    return false;
  }
}
