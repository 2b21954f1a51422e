import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";

import { REGISTRY } from "./requirements";

/** Environment variable that names provider mirrors, separated like PATH. */
export const MIRROR_VARIABLE = "DEV_ONE_PROVIDER_MIRROR";

/** A provider in a mirror, for this machine's operating system and architecture. */
export interface FoundProvider {
  /** Full address, such as "registry.terraform.io/hashicorp/aws". */
  readonly address: string;
  /** Such as "5.100.0". */
  readonly version: string;
  /** The mirror: the directory that holds `registry.terraform.io/`. */
  readonly mirror: string;
  /** A zip file, which Terraform unpacks at every init, unless it has a cache. */
  readonly isPacked: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Directories whose direct children may be mirrors. */
const SHELVES = ["/opt", "/usr/local/share", "/usr/share"];

/**
 * Directories that may be mirrors on this machine, in order of preference: those of DEV_ONE_PROVIDER_MIRROR, those of Terraform's
 * CLI configuration, Terraform's implied mirror directories, and those directly under /opt, /usr/local/share and
 * /usr/share.
 */
export function mirrorDirectories(env: Environment = process.env, shelves: readonly string[] = SHELVES): string[] {
  const candidates = [
    ...(env[MIRROR_VARIABLE] ?? "").split(delimiter),
    ...configuredMirrors(env),
    ...impliedMirrors(env),
    ...shelves.flatMap((shelf) => children(shelf).map((name) => join(shelf, name))),
  ];
  return [...new Set(candidates)].filter((directory) => directory !== "" && existsSync(join(directory, REGISTRY)));
}

/** Every version of a provider in some mirrors, newest first. */
export function versionsIn(mirrors: readonly string[], address: string): FoundProvider[] {
  return mirrors
    .flatMap((mirror) => versionsInOne(mirror, address))
    .sort((one, other) => other.version.localeCompare(one.version, "en", { numeric: true }));
}

function versionsInOne(mirror: string, address: string): FoundProvider[] {
  const directory = join(mirror, address);
  const target = platformTarget();
  const type = address.split("/").pop() ?? "";
  return children(directory).flatMap((name): FoundProvider[] => {
    const packed = /^terraform-provider-(.+)_(\d+\.\d+\.\d+)_([a-z0-9]+_[a-z0-9]+)\.zip$/.exec(name);
    if (packed?.[1] === type && packed[2] !== undefined && packed[3] === target) {
      return [{ address, version: packed[2], mirror, isPacked: true }];
    }
    const isUnpacked = /^\d+\.\d+\.\d+$/.test(name) && existsSync(join(directory, name, target));
    return isUnpacked ? [{ address, version: name, mirror, isPacked: false }] : [];
  });
}

/** Operating system and architecture in Terraform's notation, such as "linux_amd64". */
export function platformTarget(): string {
  const { platform, arch } = process;
  const processors: Record<string, string> = { x64: "amd64", ia32: "386" };
  return `${platform === "win32" ? "windows" : platform}_${processors[arch] ?? arch}`;
}

/** The files of Terraform's CLI configuration that exist. */
export function cliConfiguration(env: Environment = process.env): string {
  const file = env.TF_CLI_CONFIG_FILE ?? join(env.HOME ?? homedir(), ".terraformrc");
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
}

function configuredMirrors(env: Environment): string[] {
  const blocks = cliConfiguration(env).matchAll(/filesystem_mirror\s*\{[^}]*?\bpath\s*=\s*"([^"]+)"/g);
  return [...blocks].map((match) => match[1] ?? "");
}

function impliedMirrors(env: Environment): string[] {
  const home = env.HOME ?? homedir();
  const own = join(home, ".terraform.d", "plugins");
  if (process.platform === "darwin") {
    const library = join("Library", "Application Support", "io.terraform", "plugins");
    return [own, join(home, library), join("/", library)];
  }
  const local = env.XDG_DATA_HOME ?? join(home, ".local", "share");
  const data = [local, ...(env.XDG_DATA_DIRS ?? "").split(delimiter), "/usr/local/share", "/usr/share"];
  return [own, ...data.filter((each) => each !== "").map((each) => join(each, "terraform", "plugins"))];
}

function children(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return []; // missing or not readable
  }
}
