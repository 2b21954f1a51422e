import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";

import { policyDocument, type Statement } from "../iam";
import { type EncryptionKey } from "../kms";

export interface PrivateBucketProps {
  /** Name of the bucket, one of its own in the world. */
  readonly bucket: string;
  /** @default S3's own key (SSE-S3) */
  readonly key?: EncryptionKey;
  /** Days after which objects are deleted. @default never */
  readonly expireAfterDays?: number;
  /** Days after which objects of a prefix are deleted, and for good a day later. @default none */
  readonly expirePrefixes?: Readonly<Record<string, number>>;
  /** Days after which replaced or deleted versions are gone for good. */
  readonly expireOldVersionsAfterDays: number;
  /** Replaced versions that are kept beyond that, newest first. @default none */
  readonly keepOldVersions?: number;
  /** Who may do what, beside the account's own IAM policies. @default nobody */
  readonly statements?: (bucketArn: string) => readonly Statement[];
  /** Refuses plans that destroy the bucket. */
  readonly preventDestroy: boolean;
  /** Lets a destroy delete the objects, too. @default false */
  readonly forceDestroy?: boolean;
}

/** A bucket that is versioned, encrypted, closed to the public and to plain HTTP. */
export class PrivateBucket extends Construct {
  /** The bucket itself. */
  readonly bucket: S3Bucket;
  /** Depend on it before something writes: the policy comes after the bucket. */
  readonly policy: S3BucketPolicy;

  constructor(scope: Construct, id: string, props: PrivateBucketProps) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucket,
      forceDestroy: props.forceDestroy ?? false,
      lifecycle: { preventDestroy: props.preventDestroy },
    });
    const bucket = this.bucket.id;
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const closed = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    const versioning = new S3BucketVersioningA(this, "versioning", {
      bucket,
      versioningConfiguration: { status: "Enabled" },
    });
    new S3BucketServerSideEncryptionConfigurationA(this, "encryption", {
      bucket,
      rule: [
        props.key === undefined
          ? { applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" } }
          : {
              applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms", kmsMasterKeyId: props.key.arn },
              bucketKeyEnabled: true,
            },
      ],
    });
    this.createLifecycle(props, versioning);
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policyDocument([onlyTls(this.bucket.arn), ...(props.statements?.(this.bucket.arn) ?? [])]),
      // S3 refuses a policy while the public access block of the same bucket is being written.
      dependsOn: [closed],
    });
  }

  private createLifecycle(props: PrivateBucketProps, versioning: S3BucketVersioningA): void {
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{ prefix: "" }],
          ...(props.expireAfterDays === undefined ? {} : { expiration: [{ days: props.expireAfterDays }] }),
          noncurrentVersionExpiration: [
            {
              noncurrentDays: props.expireOldVersionsAfterDays,
              ...(props.keepOldVersions === undefined ? {} : { newerNoncurrentVersions: props.keepOldVersions }),
            },
          ],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        ...Object.entries(props.expirePrefixes ?? {}).map(([prefix, days]) => ({
          id: `expire-${prefix.replace(/\/$/, "")}`,
          status: "Enabled",
          filter: [{ prefix }],
          expiration: [{ days }],
          noncurrentVersionExpiration: [{ noncurrentDays: 1 }],
        })),
      ],
      dependsOn: [versioning],
    });
  }
}

function onlyTls(bucketArn: string): Statement {
  return {
    sid: "DenyInsecureTransport",
    effect: "Deny",
    principals: "*",
    actions: ["s3:*"],
    resources: [bucketArn, `${bucketArn}/*`],
    conditions: { Bool: { "aws:SecureTransport": "false" } },
  };
}
