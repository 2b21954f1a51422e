import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { stackNamed, synthesize } from "../../synthesis";
import { launchTemplateOf, readUserData, type ServerFile } from "../../user-data";
import { UserError } from "../../user-error";

/** The files that the servers of an environment get, as they are synthesized. */
export class ShippedFiles {
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
    return file.content;
  }

  has(path: string): boolean {
    return this.files.some((each) => each.path === path);
  }

  /** Writes the files below a directory of the server to another one. */
  write(from: string, to: string): void {
    for (const { path, content, executable } of this.files) {
      if (!path.startsWith(`${from}/`)) continue;
      const target = join(to, path.slice(from.length));
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      chmodSync(target, executable ? 0o755 : 0o644);
    }
  }
}
