import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { bootObjectsOf, readUserData, type ServerFile, type UserData } from "@dev-one/terraform-json/user-data";

import { type Environment, prefix } from "../../../src/config";
import { platformFiles } from "../../../src/servers/files";
import { synthesize } from "../../support/synthesis";

/**
 * A directory with the files of a server, as its root: decoded from the user data of the launch template, and written or unpacked
 * by dev-one-program, which finds the objects of S3 as at a reboot.
 */
export class ServerRoot {
  readonly directory = mkdtempSync(join(tmpdir(), "dev-one-server-"));
  readonly data: UserData;
  /** The files of the user data, and those that dev-one-program unpacked. */
  readonly files: readonly ServerFile[];

  /** @param service that the server runs @default the first of the environment */
  constructor(environment: Environment, service = Object.keys(environment.services)[0] ?? "") {
    // nginx's workers run as another user.
    chmodSync(this.directory, 0o755);
    const { platform } = synthesize(environment);
    const templates = platform.resources("aws_launch_template").map(({ values }) => values);
    const own = templates.find(({ name }) => name === `${prefix(environment)}-${service}`);
    const template = own ?? templates.find(({ name }) => name === prefix(environment));
    this.data = readUserData(String(template?.user_data));
    for (const { path, content, executable } of this.data.files) this.write(path, content, executable);
    for (const [sha256, content] of bootObjectsOf(platform.document as unknown as JsonObject)) {
      this.write(`/var/lib/dev-one/${sha256}`, content);
    }
    this.write("/etc/dev-one/identity", `SERVICE=${service}\n`);
    execFileSync("python3", [this.path("/usr/local/sbin/dev-one-program")], {
      env: { ...process.env, DEV_ONE_ROOT: this.directory },
      stdio: ["ignore", "ignore", "inherit"],
    });
    const unpacked = platformFiles().map(({ path }) => {
      const file = this.path(path);
      const executable = (statSync(file).mode & 0o100) !== 0;
      return { path: `/${path}`, content: readFileSync(file, "utf8"), executable };
    });
    this.files = [...this.data.files, ...unpacked];
  }

  /** The path on this machine of a file of the server. */
  path(path: string): string {
    return join(this.directory, path);
  }

  write(path: string, content: string | Buffer, executable = false): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, executable ? 0o755 : 0o644);
    return file;
  }

  file(path: string): ServerFile {
    const found = this.files.find((each) => each.path === path);
    if (found === undefined) throw new Error(`Servers get no ${path}`);
    return found;
  }

  /** Executable files that start with a text, such as `#!/usr/bin/env bash`. */
  scripts(start: string): ServerFile[] {
    return this.files.filter(({ executable, content }) => executable && content.startsWith(start));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Replaces parts of a text. @throws Error when a part is not found */
export function replaced(text: string, ...pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`There is no "${from}" to replace`);
    return result.replaceAll(from, to);
  }, text);
}

/** A user of this machine, for machines without nginx's own user. */
export function someUser(): { readonly user: string; readonly group: string } {
  return process.getuid?.() === 0
    ? { user: "nobody", group: "nogroup" }
    : { user: userInfo().username, group: "users" };
}
