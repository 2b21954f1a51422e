import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { stackNamed, synthesize } from "../../synthesis";
import { launchTemplateOf, readUserData, type ServerFile } from "../../user-data";
import { UserError } from "../../user-error";
import type { FileDigest } from "../evidence";

/** @returns path and SHA-256 of a server's file as it is synthesized */
export const digestOf = ({ path, content }: Pick<ServerFile, "path" | "content">): FileDigest => ({
  path,
  sha256: createHash("sha256").update(content).digest("hex"),
});

/** The files that the servers of an environment get, as they are synthesized. */
export class ShippedFiles {
  private readonly usedPaths = new Set<string>();

  constructor(
    private readonly environment: string,
    private readonly files: readonly ServerFile[],
  ) {}

  /** @param outdir where the synthesis may write */
  static async synthesize(
    root: string,
    outdir: string,
    environment: string,
    signal: AbortSignal,
  ): Promise<ShippedFiles> {
    const { json } = stackNamed(await synthesize(root, outdir, signal), environment);
    return new ShippedFiles(environment, readUserData(launchTemplateOf(json).userData).files);
  }

  /** @throws UserError when the servers get no such file */
  read(path: string): string {
    const file = this.files.find((each) => each.path === path);
    if (file === undefined) {
      throw new UserError(`The servers of ${this.environment} get no ${path}, which the evidence is about.`);
    }
    this.usedPaths.add(path);
    return file.content;
  }

  has(path: string): boolean {
    return this.files.some((each) => each.path === path);
  }

  /** What was read or written so far, sorted by path: the files that a result is about. */
  used(): FileDigest[] {
    return this.files
      .filter(({ path }) => this.usedPaths.has(path))
      .map(digestOf)
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
