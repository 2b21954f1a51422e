import { spawn, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";
import { fakeTerraform } from "@dev-one/terraform-cli/test/support";

const ROOT = resolve(__dirname, "..", "..", "..");
const LOCK = { packages: { "": {}, "node_modules/a": { version: "1.0.0", integrity: "x" } } };

/** A project with the real set-up, and a PATH with fake programs only. */
export class Project {
  readonly root = join(scratchDirectory(), "project");
  readonly bin = this.usr("bin");
  readonly calls = join(this.root, "..", "calls");

  constructor() {
    mkdirSync(this.bin, { recursive: true });
    cpSync(join(ROOT, "scripts", "setup"), join(this.root, "scripts", "setup"), { recursive: true });
    cpSync(join(ROOT, "requirements.txt"), join(this.root, "requirements.txt"));
    writeFileSync(join(this.root, "package-lock.json"), JSON.stringify(LOCK));
    writeFileSync(this.calls, "");
    for (const name of ["sh", "dirname", "env"]) symlinkSync(join("/usr/bin", name), join(this.bin, name));
  }

  /** A path below a directory with the layout of /usr, beside the project. */
  usr(...parts: string[]): string {
    return join(this.root, "..", "usr", ...parts);
  }

  /** node_modules as in the lock file, installed manually. */
  withNodePackages(): this {
    mkdirSync(join(this.root, "node_modules"));
    writeFileSync(join(this.root, "node_modules", ".package-lock.json"), JSON.stringify(LOCK));
    return this;
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
