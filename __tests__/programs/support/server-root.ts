import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";

import { readUserData, type ServerFile, type UserData } from "@dev-one/terraform-json/user-data";

import type { Environment } from "../../../src/config";
import { synthesize } from "../../support/synthesis";

/** The files of a server in a directory of their own, as its root: rendered, and read back out of the launch template. */
export class ServerRoot {
  readonly directory = mkdtempSync(join(tmpdir(), "dev-one-server-"));
  readonly data: UserData;

  constructor(environment: Environment) {
    // nginx's workers are another user.
    chmodSync(this.directory, 0o755);
    const template = synthesize(environment).platform.only("aws_launch_template");
    this.data = readUserData(String(template.values.user_data));
    for (const { path, content, executable } of this.data.files) this.write(path, content, executable);
  }

  /** Where a file of the server lies on this machine. */
  path(path: string): string {
    return join(this.directory, path);
  }

  write(path: string, content: string, executable = false): string {
    const file = this.path(path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, executable ? 0o755 : 0o644);
    return file;
  }

  file(path: string): ServerFile {
    const found = this.data.files.find((each) => each.path === path);
    if (found === undefined) throw new Error(`Servers get no ${path}`);
    return found;
  }

  /** Executable files that start like this, such as `#!/usr/bin/env bash`. */
  scripts(start: string): ServerFile[] {
    return this.data.files.filter(({ executable, content }) => executable && content.startsWith(start));
  }

  remove(): void {
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** Text with other words in it. @throws Error when there is nothing to replace */
export function replaced(text: string, ...pairs: readonly (readonly [from: string, to: string])[]): string {
  return pairs.reduce((result, [from, to]) => {
    if (!result.includes(from)) throw new Error(`There is no "${from}" to replace`);
    return result.replaceAll(from, to);
  }, text);
}

/** Whom files of this machine can belong to, when nginx's own user is not here. */
export function someUser(): { readonly user: string; readonly group: string } {
  return process.getuid?.() === 0
    ? { user: "nobody", group: "nogroup" }
    : { user: userInfo().username, group: "users" };
}
