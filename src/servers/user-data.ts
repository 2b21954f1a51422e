import { readFileSync } from "node:fs";
import { join } from "node:path";

import { gzipSync } from "fflate";

import { addressTable, ConfigurationError, type Environment, serviceOfServer } from "../config";
import { filesBelow, projectDirectory } from "./files";
import type { BootObjects } from "./service-files";

/**
 * Maximum size of user data in EC2, bytes before base64. cloud-init decompresses it, so the compressed size counts.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-add-user-data.html
 */
const LIMIT_BYTES = 16_384;

interface TextFile {
  readonly path: string;
  readonly content: string;
  readonly executable: boolean;
}

export interface UserDataProps {
  /** Settings and address table. */
  readonly environment: Environment;
  /** Whether the servers may be named: others need no address table, and a change of it must not replace them. */
  readonly isNamed: boolean;
  /** What servers read from S3. */
  readonly objects: BootObjects;
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
export function userData({ environment, isNamed, objects }: UserDataProps): string {
  const bootstrap = join(projectDirectory(), "src", "servers", "bootstrap");
  const files: TextFile[] = [
    ...filesBelow(join(bootstrap, "files"), "/").map((file) => ({ ...file, content: file.content.toString("utf8") })),
    environmentFile(environment, objects),
    addressFile(environment, isNamed),
  ];
  const cloudConfig = readFileSync(join(bootstrap, "cloud-config.yaml"), "utf8");
  // JSON is valid YAML, so one line for each file needs no YAML quoting.
  const writeFiles = files.map(
    ({ path, content, executable }) =>
      `  - ${JSON.stringify({ path, permissions: executable ? "0755" : "0644", content })}\n`,
  );
  return `${cloudConfig}write_files:\n${writeFiles.join("")}`;
}

/** Environment variables of scripts and services on the server. */
function environmentFile(environment: Environment, objects: BootObjects): TextFile {
  const { bucket, platform, table } = objects;
  const lines = [
    `ENVIRONMENT=${environment.name}`,
    `DOMAIN=${environment.domain}`,
    `AWS_REGION=${environment.region}`,
    `DATADOG_SITE=${environment.datadog.site}`,
    `SERVICES_BUCKET=${bucket}`,
    `SERVICES_PLATFORM=${platform.key}`,
    `SERVICES_PLATFORM_SHA256=${platform.sha256}`,
    `SERVICES_TABLE=${table.key}`,
    `SERVICES_TABLE_SHA256=${table.sha256}`,
  ];
  return { path: "/etc/dev-one/environment", content: `${lines.join("\n")}\n`, executable: false };
}

/** The address table with the service of each named server, and the zone name of each Availability Zone id, for other servers. */
function addressFile(environment: Environment, isNamed: boolean): TextFile {
  const servers = (isNamed ? addressTable(environment) : []).map(
    ({ address, name, zone }) => `${address} ${name} ${zone} ${serviceOfServer(environment, name).name}`,
  );
  const zones = environment.zones.map((zone) => `${zone.availabilityZoneId} ${zone.name}`);
  return { path: "/etc/dev-one/addresses", content: `${[...servers, ...zones].join("\n")}\n`, executable: false };
}
