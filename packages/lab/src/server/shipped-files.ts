import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";
import { launchTemplateOf, readUserData, type ServerFile } from "@dev-one/terraform-json/user-data";

import type { Evidence } from "../evidence/figures";

/** Directory of the service's program on a server. */
export const SERVICE = "/opt/dev-one/service";

/**
 * Adds the example service to a server's files if they contain no service, as in an environment whose AMI contains the
 * program. The measured program is therefore the same for every environment.
 */
export function withExampleService(root: string, files: readonly ServerFile[]): readonly ServerFile[] {
  if (files.some(({ path }) => path === `${SERVICE}/run`)) return files;
  const directory = join(root, "src", "servers", "example-service");
  const example = readdirSync(directory).map((name) => {
    const content = readFileSync(join(directory, name), "utf8");
    return { path: `${SERVICE}/${name}`, content, executable: content.startsWith("#!") };
  });
  return [...files, ...example];
}

/** The synthesized files of an environment's servers, and the example service. */
export class ShippedFiles {
  private readonly usedPaths = new Set<string>();

  constructor(
    private readonly environment: string,
    private readonly files: readonly ServerFile[],
  ) {}

  /** @param outdir output directory of the synthesis */
  static async synthesize(
    root: string,
    outdir: string,
    environment: string,
    signal: AbortSignal,
  ): Promise<ShippedFiles> {
    const { json } = stackNamed(await synthesize(root, outdir, signal), environment);
    const { files } = readUserData(launchTemplateOf(json).userData);
    return new ShippedFiles(environment, withExampleService(root, files));
  }

  /** @throws UserError when the servers have no such file */
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
