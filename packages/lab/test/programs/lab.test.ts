import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { processesIn, waitUntil } from "@dev-one/cli/test/processes";
import { execa } from "execa";

import type { LabEvidence } from "../../src/evidence/lab-figures";

// Runs the command of `npm run lab`, without the set-up step.
jest.setTimeout(900_000);

const ROOT = resolve(__dirname, "..", "..", "..", "..");
const isRoot = process.getuid?.() === 0;
const scratch = mkdtempSync(join(tmpdir(), "dev-one-lab-test-"));
// Programs of the lab run as other users.
chmodSync(scratch, 0o755);

afterAll(() => {
  rmSync(scratch, { recursive: true, force: true });
});

const running = new Set<{ kill: (signal: "SIGKILL") => boolean }>();

// Of a test that failed.
afterEach(() => {
  for (const run of running) run.kill("SIGKILL");
  running.clear();
});

function start(...args: string[]) {
  const run = execa(process.execPath, ["scripts/run.mjs", "packages/lab/src/lab.ts", ...args], {
    cwd: ROOT,
    env: { TMPDIR: scratch },
    stdin: "ignore",
    reject: false,
    all: true,
  });
  running.add(run);
  return run;
}

const left = () => ({
  processes: processesIn(scratch),
  files: readdirSync(scratch).filter((name) => name.startsWith("dev-one-lab-")),
  namespaces: readdirSync("/run/netns").filter((name) => name.startsWith("d1-")),
});
const NOTHING = { processes: [], files: [], namespaces: [] };

if (isRoot) {
  test("a quick run answers every sentence, and the negative controls fail", async () => {
    const output = join(scratch, "output");

    const { exitCode, all } = await start("--quick", "--output", output);

    expect({ exitCode, all: exitCode === 0 ? "" : all }).toEqual({ exitCode: 0, all: "" });
    expect(readdirSync(output).sort()).toEqual(["README.md", "lab.json", "matrix.png"]);
    const { results, controls = [] } = JSON.parse(readFileSync(join(output, "lab.json"), "utf8")) as LabEvidence;
    expect(results.map(({ scenario }) => scenario)).toEqual(["reachability", "addresses-and-dns", "database"]);
    const scenarios = new Set(controls.filter(({ outcome }) => outcome === "noticed").map(({ scenario }) => scenario));
    expect([...scenarios].sort()).toEqual(["addresses-and-dns", "database", "reachability"]);
    const rules = controls.filter(({ address }) => address.startsWith("aws_vpc_security_group_"));
    expect(rules.map(({ outcome, scenario }) => [outcome, scenario])).toEqual(
      rules.map(() => ["noticed", "reachability"]),
    );
    expect(left()).toEqual(NOTHING);
  });

  test("--keep prints commands that work", async () => {
    const run = start("--keep");
    let printed = "";
    run.all.on("data", (chunk) => (printed += String(chunk)));
    const built = () => waitUntil(() => printed.includes("It stays until Ctrl-C."));
    await built().catch(built);
    const commands = new Map(
      [...printed.matchAll(/^# (.*)\n(.*)$/gm)].map(([, what = "", command = ""]) => [what, command]),
    );
    const does = async (what: string, input = "") => {
      const command = commands.get(what) ?? `echo "${what} is not printed"; exit 1`;
      const { exitCode, stdout } = await execa("sh", ["-c", command], { cwd: scratch, reject: false, input });
      return [exitCode, stdout] as const;
    };

    expect([...commands.keys()]).toEqual([
      "enter a host",
      "ask the load balancer",
      "resolve a name",
      "take zone-1 down",
      "bring it back",
    ]);
    expect(await does("enter a host", "ip -4 -o address show eth0\n")).toEqual([
      0,
      expect.stringContaining("172.31.1."),
    ]);
    expect(await does("ask the load balancer")).toEqual([
      0,
      expect.stringMatching(/^api-\d-zone-\d\.staging\.dev-one\.it$/),
    ]);
    expect(await does("resolve a name")).toEqual([0, expect.stringContaining('"code": "ok"')]);
    expect(await does("take zone-1 down")).toEqual([0, ""]);
    expect((await does("ask the load balancer"))[0]).toBe(28);
    expect(await does("bring it back")).toEqual([0, ""]);
    expect((await does("ask the load balancer"))[0]).toBe(0);
    run.kill("SIGINT");
    await run;
  });

  test.each([["SIGINT"], ["SIGKILL"]] as const)(
    "%s leaves no process, and the next run removes the rest",
    async (signal) => {
      const run = start("--keep");
      // The synthesis before it takes longer on a busy machine than one wait.
      const built = () => waitUntil(() => processesIn(scratch, "haproxy").length > 0);
      await built().catch(built);

      run.kill(signal);
      await run;

      await waitUntil(() => processesIn(scratch).length === 0);
      if (signal === "SIGINT") expect(left()).toEqual(NOTHING);
      else expect(left().namespaces.length).toBeGreaterThan(0);
      const output = join(scratch, `after-${signal}`);
      const { exitCode } = await start("--scenario", "addresses-and-dns", "--output", output);
      expect([exitCode, left().namespaces]).toEqual([0, []]);
    },
  );
} else {
  test("without root, a quick run says so and does not pass", async () => {
    const { exitCode, all } = await start("--quick", "--output", join(scratch, "output"));
    expect(exitCode).toBe(1);
    expect(all).toContain("it must be root");
  });
}
