import { createHash } from "node:crypto";
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { stackNamed, synthesize } from "@dev-one/terraform-json/synthesis";
import { bootObjectsOf, launchTemplatesOf, readUserData, type ServerFile } from "@dev-one/terraform-json/user-data";
import { execa } from "execa";
import { parseTarGzip } from "nanotar";

import { type Environment, prefix } from "../../../../src/environments";

/** Directory of the service's program on a server. */
export const SERVICE = "/opt/dev-one/service";

/** What dev-one-program writes for nginx. */
export const NGINX_INCLUDE = "/etc/nginx/dev-one.conf";
export const NGINX_CONF = "/etc/nginx/nginx.conf";
const PROGRAM = "/usr/local/sbin/dev-one-program";
/** Variables of the environment, which name the table of services. */
export const ENVIRONMENT_FILE = "/etc/dev-one/environment";

/** The synthesized files of the servers of an environment. */
export class ShippedFiles {
  private readonly usedPaths = new Set<string>();

  /** @param objects content of the objects that servers read from S3, by its SHA-256 */
  constructor(
    readonly all: readonly ServerFile[],
    readonly objects: ReadonlyMap<string, string | Buffer> = new Map(),
  ) {}

  /** @param outdir output directory of the synthesis */
  static async synthesize(
    root: string,
    outdir: string,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<ShippedFiles> {
    const { json } = stackNamed(await synthesize(root, outdir, signal), environment.name);
    return ShippedFiles.of(json, prefix(environment));
  }

  /** @param launchTemplate name of the servers' launch template in a synthesized stack */
  static async of(json: JsonObject, launchTemplate: string): Promise<ShippedFiles> {
    const template = launchTemplatesOf(json).find(({ name }) => name === launchTemplate);
    const { files } = readUserData(template?.userData ?? "");
    const objects = bootObjectsOf(json);
    return new ShippedFiles([...files, ...(await platformFiles(files, objects))], objects);
  }

  /** These files and others. */
  with(others: readonly ServerFile[]): ShippedFiles {
    return new ShippedFiles([...this.all, ...others], this.objects);
  }

  /** @throws UserError when the servers have no such file */
  read(path: string): string {
    const file = this.all.find((each) => each.path === path);
    if (file === undefined) throw new UserError(`The servers get no ${path}, which this command is about.`);
    this.usedPaths.add(path);
    return file.content;
  }

  /** The files read or written so far, sorted by path, which the result depends on. */
  used(): { path: string; sha256: string }[] {
    return this.all
      .filter(({ path }) => this.usedPaths.has(path))
      .map(({ path, content }) => ({ path, sha256: createHash("sha256").update(content).digest("hex") }))
      .sort((one, other) => one.path.localeCompare(other.path, "en"));
  }

  /** Writes the files below a directory of the server to another one. */
  write(from: string, to: string): void {
    for (const { path, content, executable } of this.all) {
      if (!path.startsWith(`${from}/`)) continue;
      const target = join(to, path.slice(from.length));
      this.usedPaths.add(path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, content);
      chmodSync(target, executable ? 0o755 : 0o644);
    }
  }
}

/** The files that servers get from S3, and dev-one-program unpacks: an archive that user data names by its SHA-256. */
async function platformFiles(
  files: readonly ServerFile[],
  objects: ReadonlyMap<string, Buffer>,
): Promise<ServerFile[]> {
  const settings = files.find(({ path }) => path === ENVIRONMENT_FILE)?.content ?? "";
  const archive = objects.get(/^SERVICES_PLATFORM_SHA256=(.*)$/m.exec(settings)?.[1] ?? "");
  if (archive === undefined) throw new UserError(`${ENVIRONMENT_FILE} of the servers names no archive of the stack.`);
  const members = await parseTarGzip(archive);
  return members.map(({ name, text, attrs }) => ({
    path: `/${name}`,
    content: text,
    executable: (parseInt(attrs?.mode ?? "0", 8) & 0o100) !== 0,
  }));
}

/** A service as the table of services describes it to dev-one-program, without the place of its program. */
export interface TableRow extends JsonObject {
  team: string;
  healthPath: string;
  maxBodyMib: number;
  settings: Record<string, string>;
}

/** The program of a service: an archive, and its SHA-256. */
export interface Bundle {
  readonly file: string;
  readonly sha256: string;
}

/**
 * Runs the servers' dev-one-program below a directory, which has the table and the bundle as at a reboot, so that no S3 is needed. It
 * unpacks the bundle, and writes the variables of the service and its part of nginx.
 * @throws UserError with what it says when it fails
 */
export async function runDevOneProgram(
  python: string,
  directory: string,
  shipped: ShippedFiles,
  { name, row, bundle }: { readonly name: string; readonly row: TableRow; readonly bundle?: Bundle },
): Promise<void> {
  const place = bundle === undefined ? {} : { bundle: { key: `bundles/${name}.tar.gz`, sha256: bundle.sha256 } };
  const table = JSON.stringify({ services: { [name]: { ...row, ...place } } });
  const sha256 = createHash("sha256").update(table).digest("hex");
  const files = {
    [PROGRAM]: shipped.read(PROGRAM),
    [ENVIRONMENT_FILE]: shipped
      .read(ENVIRONMENT_FILE)
      .replace(/^(SERVICES_TABLE_SHA256)=.*$/m, (_, variable: string) => `${variable}=${sha256}`),
    "/etc/dev-one/identity": `SERVICE=${name}\n`,
    ...Object.fromEntries(
      [...shipped.objects, [sha256, table] as const].map(([hash, content]) => [`/var/lib/dev-one/${hash}`, content]),
    ),
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(directory, dirname(path)), { recursive: true });
    writeFileSync(join(directory, path), content);
  }
  if (bundle !== undefined) copyFileSync(bundle.file, join(directory, "var/lib/dev-one", bundle.sha256));
  const env = { DEV_ONE_ROOT: directory };
  const { failed, all } = await execa(python, [join(directory, PROGRAM)], { env, all: true, reject: false });
  if (failed) throw new UserError(`${PROGRAM} of the servers failed: ${all.trim()}`);
}
