import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { gzipSync } from "fflate";

import { addressTable, ConfigurationError, type Environment } from "../config";
import type { DatabaseAccess } from "../database";

/**
 * What EC2 accepts, in bytes before encoding; compressed user data counts as it is, and cloud-init reads it.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
 */
const LIMIT_BYTES = 16_384;

interface ServerFile {
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
}

type DatabaseClient = Pick<DatabaseAccess, "databaseName" | "user">;

/**
 * User data as the launch template wants it: compressed and in base64. Compressed by a library of our own choice and not
 * by Node's, because other bytes, even of the same text, are a new template, and a new template replaces every server.
 * @throws ConfigurationError when it is larger than EC2 accepts
 */
export function compressedUserData(environment: Environment, database: DatabaseClient): string {
  const compressed = gzipSync(Buffer.from(userData(environment, database)), { level: 6, mtime: 0 });
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
 * The user data of every server of an environment: `bootstrap/cloud-config.yaml`, the files of `bootstrap/files`, and what the
 * environment knows at synthesis. The same for all, because a server learns from its address who it is.
 */
export function userData(environment: Environment, database: DatabaseClient): string {
  const sources = sourcesDirectory();
  const files = [
    ...filesBelow(join(sources, "bootstrap", "files")),
    ...programFiles(environment.servers.program, sources),
    environmentFile(environment, database),
    addressFile(environment),
  ];
  const cloudConfig = readFileSync(join(sources, "bootstrap", "cloud-config.yaml"), "utf8");
  // JSON is YAML: one line a file needs no quoting rules of ours.
  const writeFiles = files.map(
    ({ path, content, executable }) =>
      `  - ${JSON.stringify({ path, permissions: executable ? "0755" : "0644", content })}\n`,
  );
  return `${cloudConfig}write_files:\n${writeFiles.join("")}`;
}

/** The files of the expected program, as far as the user data brings them. With "none": the file that nginx and the unit test for. */
function programFiles(program: Environment["servers"]["program"], sources: string): ServerFile[] {
  switch (program) {
    case "none":
      return [{ path: "/etc/dev-one/no-program", content: "", executable: false }];
    case "example":
      return filesBelow(join(sources, "example-service"), "/opt/dev-one/service");
    case "image":
      return [];
  }
}

/** Settings that scripts and services on the server read, as variables. */
function environmentFile(environment: Environment, database: DatabaseClient): ServerFile {
  const lines = [
    `ENVIRONMENT=${environment.name}`,
    `DOMAIN=${environment.domain}`,
    `AWS_REGION=${environment.region}`,
    // An alias: clients look up what it stands for and connect to that, because IAM tokens and the proxy's certificate are
    // for its own name. So a proxy that is replaced is found without new servers.
    `DATABASE_ALIAS=postgres.${environment.domain}`,
    `DATABASE_NAME=${database.databaseName}`,
    `DATABASE_USER=${database.user}`,
    `DATADOG_SITE=${environment.datadog.site}`,
  ];
  return { path: "/etc/dev-one/environment", content: `${lines.join("\n")}\n`, executable: false };
}

/** The address table, and the zone of each Availability Zone id for servers that are not in it. */
function addressFile(environment: Environment): ServerFile {
  const servers = addressTable(environment).map(({ address, name, zone }) => `${address} ${name} ${zone}`);
  const zones = environment.zones.map((zone) => `${zone.availabilityZoneId} ${zone.name}`);
  return { path: "/etc/dev-one/addresses", content: `${[...servers, ...zones].join("\n")}\n`, executable: false };
}

/** This area's own folder, also when this file runs from a bundle elsewhere in the project. */
function sourcesDirectory(): string {
  let directory = __dirname;
  while (!isDirectory(join(directory, "src", "servers", "bootstrap"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No src/servers/bootstrap above ${__dirname}`);
    directory = parent;
  }
  return join(directory, "src", "servers");
}

/** The files of a folder, as they are to lie below `target` on a server. */
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
