import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, posix } from "node:path";

import { addressTable, ConfigurationError, type Environment } from "../config";

/** What EC2 accepts, in bytes before encoding. @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/user-data.html */
const LIMIT_BYTES = 16_384;

interface ServerFile {
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
}

/**
 * The user data of every server of an environment: `bootstrap/cloud-config.yaml`, the files of `bootstrap/files`, and what the
 * environment knows at synthesis. The same for all, because a server learns from its address who it is.
 * @throws ConfigurationError when it is larger than EC2 accepts
 */
export function userData(environment: Environment): string {
  const bootstrap = bootstrapDirectory();
  const files = [...filesBelow(join(bootstrap, "files")), environmentFile(environment), addressFile(environment)];
  // JSON is YAML: one line a file needs no quoting rules of ours.
  const writeFiles = files.map(({ path, content, executable }) =>
    JSON.stringify({ path, permissions: executable ? "0755" : "0644", content }),
  );
  const text = `${readFileSync(join(bootstrap, "cloud-config.yaml"), "utf8")}write_files:\n${writeFiles
    .map((line) => `  - ${line}\n`)
    .join("")}`;
  const size = Buffer.byteLength(text);
  if (size > LIMIT_BYTES) {
    throw new ConfigurationError(
      "src/servers/bootstrap",
      `user data of ${environment.name} is ${size} bytes, and EC2 accepts ${LIMIT_BYTES}`,
      "shorten the files there",
    );
  }
  return text;
}

/** Settings that scripts on the server read, as shell variables. */
function environmentFile(environment: Environment): ServerFile {
  const lines = [
    `ENVIRONMENT=${environment.name}`,
    `DOMAIN=${environment.domain}`,
    `AWS_REGION=${environment.region}`,
    // An alias: clients look up what it stands for and connect to that, because IAM tokens and the proxy's certificate are
    // for its own name. So a proxy that is replaced is found without new servers.
    `DATABASE_ALIAS=postgres.${environment.domain}`,
  ];
  return { path: "/etc/dev-one/environment", content: `${lines.join("\n")}\n`, executable: false };
}

/** The address table, and the zone of each Availability Zone id for servers that are not in it. */
function addressFile(environment: Environment): ServerFile {
  const servers = addressTable(environment).map(({ address, name, zone }) => `${address} ${name} ${zone}`);
  const zones = environment.zones.map((zone) => `${zone.availabilityZoneId} ${zone.name}`);
  return { path: "/etc/dev-one/addresses", content: `${[...servers, ...zones].join("\n")}\n`, executable: false };
}

/** The sources' own folder, also when this file runs from a bundle elsewhere in the project. */
function bootstrapDirectory(): string {
  let directory = __dirname;
  while (!isDirectory(join(directory, "src", "servers", "bootstrap"))) {
    const parent = dirname(directory);
    if (parent === directory) throw new Error(`No src/servers/bootstrap above ${__dirname}`);
    directory = parent;
  }
  return join(directory, "src", "servers", "bootstrap");
}

function filesBelow(root: string, below = ""): ServerFile[] {
  return readdirSync(join(root, below), { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = posix.join(below, entry.name);
      if (entry.isDirectory()) return filesBelow(root, path);
      const content = readFileSync(join(root, path), "utf8");
      return [{ path: `/${path}`, content, executable: content.startsWith("#!") }];
    });
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
