import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";

import { UserError } from "@dev-one/cli/user-error";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";
import { launchTemplatesOf, readUserData, type ServerFile } from "@dev-one/terraform-json/user-data";
import { execa } from "execa";

import { prefix, staging } from "../../../../src/environments";
import type { Evidence } from "../evidence/figures";

/** Directory of the service's program on a server. */
export const SERVICE = "/opt/dev-one/service";

/** What dev-one-program writes for nginx. */
export const NGINX_INCLUDE = "/etc/nginx/dev-one.conf";
const PROGRAM = "/usr/local/sbin/dev-one-program";

/** The table of a server whose only service has the default settings. */
const TABLE = JSON.stringify({ services: { example: { healthPath: "/healthz", maxBodyMib: 1, settings: {} } } });

/** A tar archive without members, in place of the platform's files that are not measured. */
const NO_FILES = gzipSync(Buffer.alloc(1024));

/** The files of the example service. The measured program is the same for every environment. */
export function exampleService(root: string): readonly ServerFile[] {
  return filesBelow(join(root, "src", "servers", "example-service"), SERVICE);
}

/** The files that every server gets from S3. */
const platformFiles = (root: string): readonly ServerFile[] =>
  filesBelow(join(root, "src", "servers", "bootstrap", "platform"), "");

function filesBelow(directory: string, target: string): ServerFile[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const [source, path] = [join(directory, entry.name), `${target}/${entry.name}`];
    if (entry.isDirectory()) return filesBelow(source, path);
    const content = readFileSync(source, "utf8");
    return [{ path, content, executable: content.startsWith("#!") }];
  });
}

/**
 * Runs dev-one-program below a directory, which has the table as at a reboot, so that no S3 is needed.
 * @returns what it writes for nginx
 */
export async function nginxInclude(python: string, directory: string, program: string): Promise<ServerFile> {
  const objects = { SERVICES_PLATFORM: NO_FILES, SERVICES_TABLE: TABLE };
  const named = Object.entries(objects).map(([name, content]) => {
    return { name, content, sha256: createHash("sha256").update(content).digest("hex") };
  });
  const files = {
    [PROGRAM]: program,
    "/etc/dev-one/environment": named.map(({ name, sha256 }) => `${name}=key\n${name}_SHA256=${sha256}\n`).join(""),
    "/etc/dev-one/identity": "SERVICE=example\n",
    ...Object.fromEntries(named.map(({ content, sha256 }) => [`/var/lib/dev-one/${sha256}`, content])),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  const env = { DEV_ONE_ROOT: directory };
  const { failed, all } = await execa(python, [join(directory, PROGRAM)], { env, all: true, reject: false });
  if (failed) throw new UserError(`${PROGRAM} of the servers failed: ${all.trim()}`);
  return { path: NGINX_INCLUDE, content: readFileSync(join(directory, NGINX_INCLUDE), "utf8"), executable: false };
}

/** The synthesized files of staging's servers, those that they get from S3, the example service, and what dev-one-program writes for it. */
export class ShippedFiles {
  private readonly usedPaths = new Set<string>();

  constructor(private readonly files: readonly ServerFile[]) {}

  /** @param outdir output directory of the synthesis */
  static async synthesize(root: string, outdir: string, signal: AbortSignal): Promise<ShippedFiles> {
    const { json } = stackNamed(await synthesize(root, outdir, signal), staging.name);
    const template = launchTemplatesOf(json).find(({ name }) => name === prefix(staging));
    const shipped = new ShippedFiles(readUserData(template?.userData ?? "").files);
    const python = join(root, ".venv", "bin", "python");
    const include = await nginxInclude(python, join(outdir, "..", "server"), shipped.read(PROGRAM));
    return new ShippedFiles([...shipped.files, ...platformFiles(root), include, ...exampleService(root)]);
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
