import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";
import { launchTemplateOf, readUserData, type ServerFile } from "@dev-one/terraform-json/user-data";

import { staging } from "../../../../src/environments";
import type { Evidence } from "../evidence/figures";

/** Directory of the service's program on a server. */
export const SERVICE = "/opt/dev-one/service";

/** The files of a server with the example service as their only service, so that every run measures the same program. */
export function withExampleService(root: string, files: readonly ServerFile[]): ServerFile[] {
  const directory = join(root, "src", "servers", "example-service");
  const example = readdirSync(directory).map((name) => {
    const content = readFileSync(join(directory, name), "utf8");
    return { path: `${SERVICE}/${name}`, content, executable: content.startsWith("#!") };
  });
  return [...files.filter(({ path }) => !path.startsWith(`${SERVICE}/`)), ...example];
}

/** The synthesized files of staging's servers, and the example service. */
export class ShippedFiles {
  private readonly usedPaths = new Set<string>();

  constructor(private readonly files: readonly ServerFile[]) {}

  /** @param outdir output directory of the synthesis */
  static async synthesize(root: string, outdir: string, signal: AbortSignal): Promise<ShippedFiles> {
    const { json } = stackNamed(await synthesize(root, outdir, signal), staging.name);
    return new ShippedFiles(withExampleService(root, readUserData(launchTemplateOf(json).userData).files));
  }

  /** @throws UserError when the servers have no such file */
  read(path: string): string {
    const file = this.files.find((each) => each.path === path);
    if (file === undefined) throw new UserError(`The servers get no ${path}, which the evidence is about.`);
    this.usedPaths.add(path);
    return file.content;
  }

  /** The files read or written so far, sorted by path, which the result depends on. */
  used(): Evidence["files"] {
    return this.files
      .filter(({ path }) => this.usedPaths.has(path))
      .map(({ path, content }) => ({ path, sha256: createHash("sha256").update(content).digest("hex") }))
      .sort((one, other) => one.path.localeCompare(other.path, "en"));
  }

  /** Writes the files below a directory of the server to another one. */
  write(from: string, to: string): void {
    for (const { path, content, executable } of this.files) {
      if (!path.startsWith(`${from}/`)) continue;
      const target = join(to, path.slice(from.length));
      this.usedPaths.add(path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      chmodSync(target, executable ? 0o755 : 0o644);
    }
  }
}
