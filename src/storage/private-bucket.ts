import { S3Bucket } from "@cdktf/provider-aws/lib/s3-bucket";
import { S3BucketLifecycleConfiguration } from "@cdktf/provider-aws/lib/s3-bucket-lifecycle-configuration";
import { S3BucketOwnershipControls } from "@cdktf/provider-aws/lib/s3-bucket-ownership-controls";
import { S3BucketPolicy } from "@cdktf/provider-aws/lib/s3-bucket-policy";
import { S3BucketPublicAccessBlock } from "@cdktf/provider-aws/lib/s3-bucket-public-access-block";
import { S3BucketServerSideEncryptionConfigurationA } from "@cdktf/provider-aws/lib/s3-bucket-server-side-encryption-configuration";
import { S3BucketVersioningA } from "@cdktf/provider-aws/lib/s3-bucket-versioning";
import { Construct } from "constructs";

import { type Grantee, policyDocument, type Statement } from "../iam";
import { type EncryptionKey } from "../kms";

export interface PrivateBucketProps {
  /** Name of the bucket, globally unique. */
  readonly bucketName: string;
  /** KMS key of the objects. @default the key of S3 (SSE-S3) */
  readonly key?: EncryptionKey;
  /** Days after which objects are deleted. @default objects do not expire */
  readonly expirationDays?: number;
  /** Days after which objects with a key prefix are deleted; their versions expire a day later. @default none */
  readonly expirationDaysByPrefix?: Readonly<Record<string, number>>;
  /** Days after which noncurrent versions are deleted. @default 90 */
  readonly noncurrentVersionExpirationDays?: number;
  /** Noncurrent versions that are kept beyond these days, the newest ones. @default 0 */
  readonly noncurrentVersionsToRetain?: number;
  /** Statements of the bucket policy for principals that IAM policies of the account do not cover. @default none */
  readonly bucketPolicyStatements?: (bucketArn: string) => readonly Statement[];
  /** Refuses plans that destroy the bucket. @default true */
  readonly preventDestroy?: boolean;
  /** Deletes all objects when the bucket is destroyed. @default false */
  readonly forceDestroy?: boolean;
}

/** A bucket with versioning and encryption, without public access, for requests over TLS only. */
export class PrivateBucket extends Construct {
  /** The S3 bucket. */
  readonly bucket: S3Bucket;
  /** The bucket policy. What writes by it must depend on it, because Terraform creates it after the bucket. */
  readonly policy: S3BucketPolicy;
  /** The versioning. Objects whose versions are needed must depend on it, because Terraform enables it after the bucket is created. */
  readonly versioning: S3BucketVersioningA;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PrivateBucketProps,
  ) {
    super(scope, id);
    this.bucket = new S3Bucket(this, "bucket", {
      bucket: props.bucketName,
      forceDestroy: props.forceDestroy ?? false,
      lifecycle: { preventDestroy: props.preventDestroy ?? true },
    });
    const bucket = this.bucket.id;
    new S3BucketOwnershipControls(this, "ownership", { bucket, rule: { objectOwnership: "BucketOwnerEnforced" } });
    const publicAccessBlock = new S3BucketPublicAccessBlock(this, "public-access", {
      bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    this.versioning = new S3BucketVersioningA(this, "versioning", {
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
    this.createLifecycle();
    this.policy = new S3BucketPolicy(this, "policy", {
      bucket,
      policy: policyDocument([
        denyInsecureTransport(this.bucket.arn),
        ...(props.bucketPolicyStatements?.(this.bucket.arn) ?? []),
      ]),
      // S3 rejects a bucket policy while the public access block of the bucket is being changed.
      dependsOn: [publicAccessBlock],
    });
  }

  /** Allows to read objects. @param prefix only below this key prefix, such as `uploads/`; default: all */
  grantRead(grantee: Grantee, prefix = ""): void {
    grantee.addToPolicy({ actions: ["s3:GetObject"], resources: [`${this.bucket.arn}/${prefix}*`] });
    this.props.key?.grantDecrypt(grantee);
  }

  /** Allows to read objects and their noncurrent versions. */
  grantReadVersions(grantee: Grantee): void {
    this.grantRead(grantee);
    grantee.addToPolicy(
      { actions: ["s3:GetObjectVersion"], resources: [`${this.bucket.arn}/*`] },
      { actions: ["s3:ListBucketVersions"], resources: [this.bucket.arn] },
    );
  }

  /** Allows to create and replace objects, not to read or delete them. @param prefix as in `grantRead` */
  grantWrite(grantee: Grantee, prefix = ""): void {
    grantee.addToPolicy({ actions: ["s3:PutObject"], resources: [`${this.bucket.arn}/${prefix}*`] });
    // Multipart uploads need kms:Decrypt as well.
    this.props.key?.grantEncryptDecrypt(grantee);
  }

  private createLifecycle(): void {
    const { props, versioning } = this;
    new S3BucketLifecycleConfiguration(this, "lifecycle", {
      bucket: this.bucket.id,
      rule: [
        {
          id: "expire",
          status: "Enabled",
          filter: [{ prefix: "" }],
          ...(props.expirationDays === undefined ? {} : { expiration: [{ days: props.expirationDays }] }),
          noncurrentVersionExpiration: [
            {
              noncurrentDays: props.noncurrentVersionExpirationDays ?? 90,
              ...(props.noncurrentVersionsToRetain === undefined
                ? {}
                : { newerNoncurrentVersions: props.noncurrentVersionsToRetain }),
            },
          ],
          abortIncompleteMultipartUpload: [{ daysAfterInitiation: 7 }],
        },
        ...Object.entries(props.expirationDaysByPrefix ?? {}).map(([prefix, days]) => ({
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

function denyInsecureTransport(bucketArn: string): Statement {
  return {
    sid: "DenyInsecureTransport",
    effect: "Deny",
    principals: "*",
    actions: ["s3:*"],
    resources: [bucketArn, `${bucketArn}/*`],
    conditions: { Bool: { "aws:SecureTransport": "false" } },
  };
}
