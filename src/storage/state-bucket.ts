import { Construct } from "constructs";

import { EncryptionKey } from "../kms";
import { PrivateBucket } from "./private-bucket";

export interface StateBucketProps {
  /** Name of the bucket, globally unique. */
  readonly bucketName: string;
  /** Alias of the bucket's KMS key, by which backends find it. */
  readonly keyAlias: string;
  /** Description of the KMS key. */
  readonly keyDescription: string;
  /** Account of the bucket and its key. */
  readonly accountId: string;
  /** Key prefix of saved plans, which are deleted after 7 days. */
  readonly plansPrefix: string;
}

/** Bucket of the environment's Terraform states and plans. It has `prevent_destroy` in every environment: without its state Terraform manages nothing. */
export class StateBucket extends Construct {
  /** The bucket, with one state for each stack. */
  readonly bucket: PrivateBucket;
  /** Encrypts the states. */
  readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, props: StateBucketProps) {
    super(scope, id);
    this.key = new EncryptionKey(this, "key", {
      alias: props.keyAlias,
      description: props.keyDescription,
      accountId: props.accountId,
    });
    this.bucket = new PrivateBucket(this, "bucket", {
      bucketName: props.bucketName,
      key: this.key,
      // Time in which a wrong state is noticed.
      noncurrentVersionExpirationDays: 90,
      noncurrentVersionsToRetain: 10,
      // A plan holds values of the state, and cannot be applied once the state has changed.
      expirationDaysByPrefix: { [props.plansPrefix]: 7 },
    });
  }
}
