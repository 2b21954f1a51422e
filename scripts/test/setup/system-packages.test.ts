import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { writeScript } from "@dev-one/cli/test/files";

import { Project } from "./project";

const BIN = [
  ...["ss", "setpriv", "prlimit", "shellcheck", "cloud-init", "systemd-analyze", "go"],
  ...["ip", "curl", "openssl"],
];
const SBIN = ["nginx", "logrotate", "sysctl", "haproxy", "knotd", "nft", "pgbouncer"];

/** A project on a machine with fake programs only. */
class Machine extends Project {
  readonly policy = this.usr("sbin", "policy-rc.d");

  constructor() {
    super();
    mkdirSync(this.usr("sbin"));
    this.withNodePackages();
  }

  withPrograms(): this {
    for (const name of BIN) this.executable(this.usr("bin", name));
    for (const name of SBIN) this.executable(this.usr("sbin", name));
    this.executable(this.usr("lib", "postgresql", "15", "bin", "postgres"));
    return this;
  }

  withUser(id: number): this {
    writeScript(this.usr("bin", "id"), `console.log(${id});`);
    return this;
  }

  /** Fake apt-get that installs go and runs policy-rc.d as packages do. The first `failures` calls fail. */
  withAptGet(failures = 0): this {
    const lines = [
      'const fs = require("fs"); const { spawnSync } = require("child_process");',
      `const calls = ${JSON.stringify(this.calls)}; const policy = ${JSON.stringify(this.policy)};`,
      "const args = process.argv.slice(2).filter((each) => !/^-o$|^DPkg/.test(each));",
      'const answer = fs.existsSync(policy) ? spawnSync(policy).status : "none";',
      'fs.appendFileSync(calls, args.join(" ") + " [policy " + answer + ", " + process.env.DEBIAN_FRONTEND + "]\\n");',
      `const failed = fs.readFileSync(calls, "utf8").split("\\n").filter((line) => line.startsWith("install")).length <= ${failures};`,
      'if (args[0] === "install" && failed) { console.error("E: Unable to locate package"); process.exit(100); }',
      `if (args[0] === "install") { fs.writeFileSync(${JSON.stringify(this.usr("bin", "go"))}, ""); fs.chmodSync(${JSON.stringify(this.usr("bin", "go"))}, 0o755); }`,
    ];
    writeScript(this.usr("bin", "apt-get"), lines.join("\n"));
    return this;
  }

  without(...names: string[]): this {
    for (const name of names) chmodSync(this.usr("bin", name), 0o644);
    return this;
  }

  /** Runs the set-up and returns its messages about system programs, without those about Python and Terraform. */
  setUp(): { readonly status: number | null; readonly said: string[] } {
    const { status, stderr } = this.run("--with", "programs");
    return { status, said: stderr.split("\n").filter((line) => line !== "" && !/Python|Terraform/.test(line)) };
  }

  private executable(file: string): void {
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, "");
    chmodSync(file, 0o755);
  }
}

describe("programs of the system", () => {
  test("are found on PATH, in the sbin next to it, and in Debian's PostgreSQL directory", () => {
    expect(new Machine().withPrograms().setUp()).toEqual({ status: 0, said: [] });
  });

  test("are installed as root on Debian, without starting services", () => {
    const machine = new Machine().withPrograms().without("go").withUser(0).withAptGet();
    expect(machine.setUp()).toEqual({
      status: 0,
      said: ["Installing golang-go (apt-get); no service of theirs is started ..."],
    });
    expect(machine.called()).toEqual(["install --yes --no-install-recommends golang-go [policy 101, noninteractive]"]);
    expect(existsSync(machine.policy)).toBe(false);
    expect(machine.setUp()).toEqual({ status: 0, said: [] });
    expect(machine.called()).toHaveLength(1);
  });

  test("are installed after apt-get update when the first installation fails", () => {
    const machine = new Machine().withPrograms().without("go").withUser(0).withAptGet(1);
    expect(machine.setUp().status).toBe(0);
    expect(machine.called().map((call) => call.split(" ")[0])).toEqual(["install", "update", "install"]);
  });

  test("an existing policy-rc.d is kept", () => {
    const machine = new Machine().withPrograms().without("go").withUser(0).withAptGet();
    writeFileSync(machine.policy, "#!/bin/sh\nexit 104\n");
    chmodSync(machine.policy, 0o755);
    machine.setUp();
    expect(machine.called()[0]).toContain("policy 104");
    expect(readFileSync(machine.policy, "utf8")).toContain("exit 104");
  });

  test.each([
    ["a user other than root", new Machine().withPrograms().withUser(1000).withAptGet()],
    ["a system without apt-get", new Machine().withPrograms().withUser(0)],
  ])("are reported with the command that installs them, for %s", (_who, machine) => {
    expect(machine.without("go", "shellcheck").setUp()).toEqual({
      status: 0,
      said: [
        "go, shellcheck are missing: install them (Debian, as root: apt-get install golang-go shellcheck); the tests and the evidence that need them fail without.",
      ],
    });
    expect(machine.called()).toEqual([]);
  });

  test("a failing apt-get is reported in one sentence", () => {
    const machine = new Machine().withPrograms().without("go").withUser(0).withAptGet(9);
    const { status, said } = machine.setUp();
    expect(status).toBe(0);
    expect(said[1]).toBe(
      "apt-get install failed (E: Unable to locate package); the whole output is in .build/setup-apt.log.",
    );
    expect(existsSync(machine.policy)).toBe(false);
  });
});
