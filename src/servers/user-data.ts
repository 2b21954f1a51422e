import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { gzipSync } from "fflate";

import { addressTable, ConfigurationError, type Environment, type PlacedService, serviceOfServer } from "../config";
import type { DatabaseAccess } from "../database";

/**
 * Maximum size of user data in EC2, bytes before base64. cloud-init decompresses it, so the compressed size counts.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
 */
const LIMIT_BYTES = 16_384;

interface ServerFile {
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
}

type DatabaseClient = Pick<DatabaseAccess, "databaseName" | "user">;

export interface UserDataProps {
  /** Settings and address table. */
  readonly environment: Environment;
  /** The database that servers connect to. */
  readonly database: DatabaseClient;
  /** The services of the launch template. */
  readonly services: readonly PlacedService[];
}

/**
 * User data for the launch template: gzip-compressed and base64-encoded. Compressed by a pinned library and not by Node's zlib,
 * because other bytes of the same text create a new version of the template, which replaces every server.
 * @throws ConfigurationError when it is larger than EC2 accepts
 */
export function compressedUserData(props: UserDataProps): string {
  const { environment } = props;
  const compressed = gzipSync(Buffer.from(userData(props)), { level: 6, mtime: 0 });
  if (compressed.length > LIMIT_BYTES) {
    throw new ConfigurationError([
      {
        path: "src/servers/bootstrap",
        problem: `user data of ${environment.name} is ${compressed.length} bytes, compressed, and EC2 accepts ${LIMIT_BYTES}`,
        remedy: "shorten the files there, or bring some with the image",
      },
    ]);
  }
  return Buffer.from(compressed).toString("base64");
}

/**
 * User data of the servers of a launch template: `bootstrap/cloud-config.yaml`, the files of `bootstrap/files`, and settings of the
 * environment. It is the same for all servers of the template, because a server derives its name and service from its address at boot.
 */
export function userData({ environment, database, services }: UserDataProps): string {
  const sources = sourcesDirectory();
  const files = [
    ...filesBelow(join(sources, "bootstrap", "files")),
    ...programFiles(services, dirname(dirname(sources))),
    environmentFile(environment, database),
    addressFile(environment),
  ];
  const cloudConfig = readFileSync(join(sources, "bootstrap", "cloud-config.yaml"), "utf8");
  // JSON is valid YAML, so one line for each file needs no YAML quoting.
  const writeFiles = files.map(
    ({ path, content, executable }) =>
      `  - ${JSON.stringify({ path, permissions: executable ? "0755" : "0644", content })}\n`,
  );
  return `${cloudConfig}write_files:\n${writeFiles.join("")}`;
}

/** Files of the program. Without a release, a file for which nginx and the service unit check. An image has the program. */
function programFiles(services: readonly PlacedService[], root: string): ServerFile[] {
  const releases = services.flatMap(({ release }) => release ?? []);
  if (releases.length === 0) return [{ path: "/etc/dev-one/no-program", content: "", executable: false }];
  return releases.flatMap(({ folder }) =>
    folder === undefined ? [] : filesBelow(join(root, folder), "/opt/dev-one/service"),
  );
}

/** Environment variables of scripts and services on the server. */
function environmentFile(environment: Environment, database: DatabaseClient): ServerFile {
  const lines = [
    `ENVIRONMENT=${environment.name}`,
    `DOMAIN=${environment.domain}`,
    `AWS_REGION=${environment.region}`,
    // A CNAME record. Clients resolve it and connect to its target, because IAM authentication tokens and the proxy's certificate
    // need the proxy's own name. A replaced proxy is found without new servers.
    `DATABASE_ALIAS=postgres.${environment.domain}`,
    `DATABASE_NAME=${database.databaseName}`,
    `DATABASE_USER=${database.user}`,
    `DATADOG_SITE=${environment.datadog.site}`,
  ];
  return { path: "/etc/dev-one/environment", content: `${lines.join("\n")}\n`, executable: false };
}

/** The address table with the service of each server, and the zone name of each Availability Zone id, for other servers. */
function addressFile(environment: Environment): ServerFile {
  const servers = addressTable(environment).map(
    ({ address, name, zone }) => `${address} ${name} ${zone} ${serviceOfServer(environment, name).name}`,
  );
  const zones = environment.zones.map((zone) => `${zone.availabilityZoneId} ${zone.name}`);
  return { path: "/etc/dev-one/addresses", content: `${[...servers, ...zones].join("\n")}\n`, executable: false };
}

/** Folder of this area, also if this file runs from a bundle in another folder of the project. */
function sourcesDirectory(): string {
  let directory = __dirname;
  while (!isDirectory(join(directory, "src", "servers", "bootstrap"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No src/servers/bootstrap above ${__dirname}`);
    directory = parent;
  }
  return join(directory, "src", "servers");
}

/** Files of a folder with their paths below `target` on a server. */
function filesBelow(root: string, target = "/"): ServerFile[] {
  return readdirSync(root, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const source = join(root, entry.name);
      const path = posix.join(target, entry.name);
      if (entry.isDirectory()) return filesBelow(source, path);
      const content = readFileSync(source, "utf8");
      return [{ path, content, executable: content.startsWith("#!") }];
    });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
