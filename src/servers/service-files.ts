import { createHash } from "node:crypto";

import { S3Object } from "@cdktf/provider-aws/lib/s3-object";
import { TerraformElement } from "cdktf";
import { Construct } from "constructs";

import { databaseOf, type PlacedService } from "../config";
import type { Grantee } from "../iam";
import { PrivateBucket } from "../storage";
import { archiveOf, bundleOf } from "./archive";
import { platformFiles } from "./files";

/** Days for which a noncurrent version is kept: a version of a launch template names it by its hash, and a rollback uses both. */
const KEPT_DAYS = 3650;

/** Days for which the object of a job's run is kept: it shows which server ran the job. */
const JOB_DAYS = 30;

/** Prefix of objects by which servers agree who runs a job. */
const JOBS = "jobs/";

/** Key of the archive of `bootstrap/platform`. */
const PLATFORM_KEY = "platform.tar.gz";

export interface ServiceFilesProps {
  /** Name of the environment, for messages. */
  readonly environment: string;
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
      expirationDaysByPrefix: { [JOBS]: JOB_DAYS },
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

  /** Allows to run the jobs of a service. */
  grantRunJobs(grantee: Grantee, service: string): void {
    this.bucket.grantWrite(grantee, `${JOBS}${service}/`);
  }

  /**
   * Allows to upload bundles of a service, and to replace none: S3 rejects a second upload to the same key with the header If-None-Match.
   * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes-enforce.html
   */
  grantPutBundles(grantee: Grantee, service: string): void {
    grantee.addToPolicy({
      sid: "PutNewBundles",
      actions: ["s3:PutObject"],
      resources: [`${this.bucket.bucket.arn}/bundles/${service}/*`],
      conditions: { Null: { "s3:if-none-match": "false" } },
    });
  }

  /**
   * Creates the table of a launch template's services, the row of each service that shares the template with others, and the bundle of
   * each service whose release is a folder. The table only points to such a row, so that a release of one service changes neither
   * the table nor the launch template, and replaces no server of another service.
   *
   * Keys contain no hash, so that a change creates a version of the object: when Terraform destroys an object, the provider deletes
   * all of its versions, and an older version of the launch template still needs its own.
   * @param name name of the table
   * @returns what user data names, and the objects that servers need at boot
   */
  createTable(scope: Construct, name: string, services: readonly PlacedService[]): [BootObjects, S3Object[]] {
    const [platform, platformObject] = this.platform;
    const objects = [platformObject];
    const rows = services.map((service): [string, object] => {
      const folder = service.release?.folder;
      const bundle = folder === undefined ? undefined : this.bundleOf(service, folder);
      if (bundle !== undefined) {
        const object = archive(folderKey(service.name), bundle);
        objects.push(this.createObject(scope, bundleId(service.name), object));
      }
      const row = rowOf(service, bundle);
      if (service.placement.kind !== "some-names") return [service.name, row];
      const key = `services/${service.name}.json`;
      objects.push(this.createObject(scope, rowId(service.name), json(key, row)));
      return [service.name, { pointer: key }];
    });
    const table = json(`tables/${name}.json`, { services: Object.fromEntries(rows) });
    objects.push(this.createObject(scope, "table", table));
    const { bucketName } = this.props;
    return [{ bucket: bucketName, platform, table: { key: table.key, sha256: sha256(table.content) } }, objects];
  }

  private bundleOf({ name, jobs }: PlacedService, folder: string): Buffer {
    const setting = `Environment "${this.props.environment}", releases.${name}.folder`;
    return bundleOf(folder, setting, Object.keys(jobs));
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

/**
 * Keeps the objects of a service in the bucket when it no longer has them, because its release is no longer a folder or it runs on other
 * servers. Older versions of launch templates name them, and an instance refresh that rolls back uses these.
 * @param named scope of the table of the named servers
 * @param group scope of the table of a group of its own
 */
export function keepFormerObjects(service: string, named: Construct, group: Construct): void {
  forgetUnlessCreated(named, bundleId(service));
  forgetUnlessCreated(named, rowId(service));
  forgetUnlessCreated(group, bundleId(service));
}

function forgetUnlessCreated(scope: Construct, id: string): void {
  if (scope.node.tryFindChild(id) === undefined) new ForgottenObject(scope, id);
}

/**
 * A `removed` block for the object that had this construct path: Terraform removes it from the state and does not destroy it. No effect
 * if the state does not have it.
 * @see https://developer.hashicorp.com/terraform/language/block/removed
 */
class ForgottenObject extends TerraformElement {
  override toTerraform(): object {
    return { removed: [{ from: `aws_s3_object.${this.friendlyUniqueId}`, lifecycle: { destroy: false } }] };
  }
}

const bundleId = (service: string): string => `bundle-${service}`;
const rowId = (service: string): string => `row-${service}`;

const archive = (key: string, content: Buffer) => ({
  key,
  contentBase64: content.toString("base64"),
  contentType: "application/gzip",
});

const folderKey = (service: string): string => `bundles/${service}.tar.gz`;

/** What a server needs of a service: what `dev-one-program` reads. */
function rowOf(service: PlacedService, folder: Buffer | undefined) {
  const { name, owner, release, port, healthPath, maxBodyMib, settings, jobs } = service;
  const { version, image, bundle } = release ?? {};
  return {
    team: owner,
    version,
    image,
    bundle:
      bundle !== undefined
        ? { key: `bundles/${name}/${bundle}.tar.gz`, sha256: bundle }
        : folder !== undefined
          ? { key: folderKey(name), sha256: sha256(folder) }
          : undefined,
    port,
    healthPath,
    maxBodyMib,
    settings,
    database: databaseOf(service),
    jobs: Object.keys(jobs).length > 0 ? jobs : undefined,
  };
}

/** An object of JSON. Terraform would evaluate templates in settings: their escape is the same character in JSON. */
const json = (key: string, value: unknown) => {
  const text = JSON.stringify(value, undefined, 2).replaceAll("${", "\\u0024{").replaceAll("%{", "\\u0025{");
  return { key, content: `${text}\n`, contentType: "application/json" };
};

const sha256 = (content: string | Buffer): string => createHash("sha256").update(content).digest("hex");
