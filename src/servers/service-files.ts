import { createHash } from "node:crypto";

import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { Construct } from "constructs";

import type { PlacedService } from "../config";
import type { Grantee } from "../iam";
import { PrivateBucket } from "../storage";
import { archiveOf, bundleOf } from "./archive";
import { platformFiles } from "./files";

/** Days for which a noncurrent version is kept: a version of a launch template names it by its hash, and a rollback uses both. */
const KEPT_DAYS = 3650;

/** Key of the archive of `bootstrap/platform`. */
const PLATFORM_KEY = "platform.tar.gz";

export interface ServiceFilesProps {
  /** Name of the bucket, globally unique. */
  readonly bucketName: string;
  /** Refuses plans that destroy the bucket. Without it, a destroy deletes the objects, too. */
  readonly preventDestroy: boolean;
}

/** An object that servers read at boot. */
interface BootObject {
  /** Key of the object. */
  readonly key: string;
  /** SHA-256 by which a server finds the version of the object, and verifies it. */
  readonly sha256: string;
}

/** What user data names in S3. */
export interface BootObjects {
  /** Name of the bucket. */
  readonly bucket: string;
  /** Archive of the platform's own files that are not in user data. */
  readonly platform: BootObject;
  /** The table of services of the launch template. */
  readonly table: BootObject;
}

/**
 * Bucket of what servers read at boot: the platform's own files, the table of services of each launch template, and the programs of
 * services (docs/decisions/0014-services-from-objects-in-s3.md). Encrypted with the key of S3 (SSE-S3), so that servers and pipelines of services
 * need no permission for a KMS key.
 */
export class ServiceFiles extends Construct {
  private readonly bucket: PrivateBucket;
  private readonly platform: [BootObject, S3Object];

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
    const platform = archiveOf(platformFiles());
    this.platform = [
      { key: PLATFORM_KEY, sha256: sha256(platform) },
      this.createObject(this, "platform", archive(PLATFORM_KEY, platform)),
    ];
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
   * @returns what user data names, and the objects that servers need at boot
   */
  createTable(scope: Construct, name: string, services: readonly PlacedService[]): [BootObjects, S3Object[]] {
    const key = `tables/${name}.json`;
    const bundles = services.flatMap(({ name: service, release }) =>
      release?.folder === undefined ? [] : [{ service, content: bundleOf(release.folder) }],
    );
    const content = tableOf(services, new Map(bundles.map(({ service, content }) => [service, sha256(content)])));
    const [platform, platformObject] = this.platform;
    const objects = [
      platformObject,
      this.createObject(scope, "table", { key, content, contentType: "application/json" }),
      ...bundles.map(({ service, content }) =>
        this.createObject(scope, `bundle-${service}`, archive(folderKey(service), content)),
      ),
    ];
    return [{ bucket: this.props.bucketName, platform, table: { key, sha256: sha256(content) } }, objects];
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

const archive = (key: string, content: Buffer) => ({
  key,
  contentBase64: content.toString("base64"),
  contentType: "application/gzip",
});

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

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
