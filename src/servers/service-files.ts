import { createHash } from "node:crypto";
import { join } from "node:path";

import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Construct } from "constructs";
import { gzipSync } from "fflate";
import { createTar } from "nanotar";

import { ConfigurationError, type PlacedService } from "../config";
import type { Grantee } from "../iam";
import { PrivateBucket } from "../storage";
import { filesBelow, projectDirectory } from "./files";

/** Days for which a noncurrent version is kept: a version of a launch template names it by its hash, and a rollback uses both. */
const KEPT_DAYS = 3650;

/** A bundle is part of the plan and of the state. */
const LARGEST_BUNDLE_BYTES = 1_048_576;

/** Length of a file name in the header of a tar archive (POSIX ustar). */
const LONGEST_PATH = 100;

export interface ServiceFilesProps {
  /** Name of the bucket, globally unique. */
  readonly bucketName: string;
  /** Refuses plans that destroy the bucket. Without it, a destroy deletes the objects, too. */
  readonly preventDestroy: boolean;
}

/** The table of services of a launch template. */
export interface ServiceTable {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Key of the table. */
  readonly key: string;
  /** SHA-256 by which a server finds the version of the object, and verifies it. */
  readonly sha256: string;
}

/**
 * Bucket of what servers read at boot: the table of services of each launch template, and the programs of services
 * (docs/decisions/0014-services-from-objects-in-s3.md). Encrypted with the key of S3 (SSE-S3), so that servers and pipelines of services
 * need no permission for a KMS key.
 */
export class ServiceFiles extends Construct {
  private readonly bucket: PrivateBucket;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServiceFilesProps,
  ) {
    super(scope, id);
    const { bucketName, preventDestroy } = props;
    this.bucket = new PrivateBucket(this, "bucket", {
      bucketName,
      noncurrentVersionExpirationDays: KEPT_DAYS,
      preventDestroy,
      forceDestroy: !preventDestroy,
    });
  }

  /** Allows to read every version of the objects. */
  grantRead(grantee: Grantee): void {
    this.bucket.grantReadVersions(grantee);
  }

  /**
   * Creates the table of a launch template's services, and the bundle of each service whose release is a folder.
   *
   * Keys contain no hash, so that a change creates a version of the object: when Terraform destroys an object, the provider deletes
   * all of its versions, and an older version of the launch template still needs its own.
   * @param name name of the table
   * @returns the table, and the objects that servers need at boot
   */
  createTable(scope: Construct, name: string, services: readonly PlacedService[]): [ServiceTable, S3Object[]] {
    const key = `tables/${name}.json`;
    const bundles = services.flatMap(({ name: service, release }) =>
      release?.folder === undefined ? [] : [{ service, content: bundleOf(release.folder) }],
    );
    const content = tableOf(services, new Map(bundles.map(({ service, content }) => [service, sha256(content)])));
    const objects = [
      this.createObject(scope, "table", { key, content, contentType: "application/json" }),
      ...bundles.map(({ service, content }) =>
        this.createObject(scope, `bundle-${service}`, {
          key: folderKey(service),
          contentBase64: content.toString("base64"),
          contentType: "application/gzip",
        }),
      ),
    ];
    return [{ bucket: this.props.bucketName, key, sha256: sha256(content) }, objects];
  }

  private createObject(
    scope: Construct,
    id: string,
    config: { key: string; content?: string; contentBase64?: string; contentType: string },
  ): S3Object {
    const { bucket, versioning } = this.bucket;
    return new S3Object(scope, id, { bucket: bucket.id, ...config, dependsOn: [versioning] });
  }
}

const folderKey = (service: string): string => `bundles/${service}.tar.gz`;

/** The table as JSON: what `dev-one-program` reads on a server. */
function tableOf(services: readonly PlacedService[], folders: ReadonlyMap<string, string>): string {
  const rows = services.map(({ name, release, port, healthPath, maxBodyMib, settings }) => {
    const { version, image, bundle } = release ?? {};
    const folder = folders.get(name);
    const row = {
      version,
      image,
      bundle:
        bundle !== undefined
          ? { key: `bundles/${name}/${bundle}.tar.gz`, sha256: bundle }
          : folder !== undefined
            ? { key: folderKey(name), sha256: folder }
            : undefined,
      port,
      healthPath,
      maxBodyMib,
      settings,
    };
    return [name, row];
  });
  const json = JSON.stringify({ services: Object.fromEntries(rows) as unknown }, undefined, 2);
  // Terraform would evaluate templates in settings. In JSON the escape is the same character.
  return `${json.replaceAll("${", "\\u0024{").replaceAll("%{", "\\u0025{")}\n`;
}

/**
 * The files of a folder as a compressed archive, the same bytes each time: without times and owners, compressed by a pinned library.
 * @throws ConfigurationError when the folder cannot be a bundle
 */
function bundleOf(folder: string): Buffer {
  const files = filesBelow(join(projectDirectory(), folder), "");
  const long = files.find(({ path }) => Buffer.byteLength(path) > LONGEST_PATH);
  if (long !== undefined) throw refusal(folder, `has a path of more than ${LONGEST_PATH} bytes: ${long.path}`);
  const archive = createTar(
    files.map(({ path, content, executable }) => ({
      name: path,
      data: content,
      attrs: { mode: executable ? "755" : "644" },
    })),
    { attrs: { uid: 0, gid: 0, mtime: 0 } },
  );
  const bundle = Buffer.from(gzipSync(archive, { level: 6, mtime: 0 }));
  if (bundle.length > LARGEST_BUNDLE_BYTES) {
    throw refusal(
      folder,
      `is ${bundle.length} bytes, compressed, and Terraform's state may hold ${LARGEST_BUNDLE_BYTES}`,
    );
  }
  return bundle;
}

const refusal = (path: string, problem: string): ConfigurationError =>
  new ConfigurationError([
    { path, problem, remedy: "upload an archive to the bucket, and name its SHA-256 in the release (bundle)" },
  ]);

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
