import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";

import type { Environment } from "../config";
import { policyDocument, type Statement } from "../iam";

export interface EncryptionKeyProps {
  readonly environment: Environment;
  /** Name that the key is found by, such as `alias/dev-one-staging`. */
  readonly alias: string;
  /** What it encrypts, for people who look at AWS's console. */
  readonly description: string;
  /** Who may use the key beside the account's own IAM policies. @default nobody */
  readonly grants?: readonly Statement[];
  /** Refuses plans that destroy the key. @default the environment's `protectFromDestruction` */
  readonly preventDestroy?: boolean;
}

/** A customer managed KMS key, rotated every year, with an alias. */
export class EncryptionKey extends Construct {
  /** ARN of the key. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const { environment } = props;
    const preventDestroy = props.preventDestroy ?? environment.protectFromDestruction;
    const key = new KmsKey(this, "key", {
      description: props.description,
      enableKeyRotation: true,
      // The longest that AWS offers: what the key encrypts is lost with it.
      deletionWindowInDays: 30,
      policy: policyDocument([
        {
          sid: "EnableIamPolicies",
          principals: { AWS: `arn:aws:iam::${environment.accountId}:root` },
          actions: ["kms:*"],
          resources: ["*"],
        },
        ...(props.grants ?? []),
      ]),
      lifecycle: { preventDestroy },
    });
    this.arn = key.arn;
    new KmsAlias(this, "alias", { name: props.alias, targetKeyId: key.id });
  }
}
