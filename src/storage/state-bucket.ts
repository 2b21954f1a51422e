import { Construct } from "constructs";

import { type Environment, PLANS_PREFIX, prefix, stateBucketName, stateKeyAlias } from "../config";
import { EncryptionKey } from "../kms";
import { PrivateBucket } from "./private-bucket";

export interface StateBucketProps {
  readonly environment: Environment;
}

/** Where the environment's Terraform state lives, and for a week its plans. Protected in every environment: without it nothing can be changed. */
export class StateBucket extends Construct {
  /** The bucket, with a state for each stack. */
  readonly bucket: PrivateBucket;
  /** Encrypts the states; backends find it by its alias. */
  readonly key: EncryptionKey;

  constructor(scope: Construct, id: string, { environment }: StateBucketProps) {
    super(scope, id);
    this.key = new EncryptionKey(this, "key", {
      environment,
      alias: stateKeyAlias(environment),
      description: `Terraform state of ${prefix(environment)}`,
      preventDestroy: true,
    });
    this.bucket = new PrivateBucket(this, "bucket", {
      bucket: stateBucketName(environment),
      key: this.key,
      // A state that went wrong is noticed within a quarter of a year, or never.
      expireOldVersionsAfterDays: 90,
      keepOldVersions: 10,
      // A plan holds values of the state, and is stale soon.
      expirePrefixes: { [PLANS_PREFIX]: 7 },
      preventDestroy: true,
    });
  }
}
