import { KmsAlias } from "@cdktf/provider-aws/lib/kms-alias";
import { KmsKey } from "@cdktf/provider-aws/lib/kms-key";
import { Construct } from "constructs";

import { type Grantee, policyDocument, type Statement } from "../iam";

export interface EncryptionKeyProps {
  /** Name of the alias, such as `alias/dev-one-staging`. */
  readonly alias: string;
  /** What the key encrypts, as the AWS console shows it. */
  readonly description: string;
  /** Account whose IAM policies decide about the key. */
  readonly accountId: string;
  /** Statements of the key policy for principals that IAM policies of the account do not cover. @default none */
  readonly keyPolicyStatements?: readonly Statement[];
  /** Refuses plans that destroy the key. @default true */
  readonly preventDestroy?: boolean;
}

/** A customer managed KMS key, rotated every year, with an alias. */
export class EncryptionKey extends Construct {
  /** ARN of the key. */
  readonly arn: string;

  constructor(scope: Construct, id: string, props: EncryptionKeyProps) {
    super(scope, id);
    const key = new KmsKey(this, "key", {
      description: props.description,
      enableKeyRotation: true,
      // The maximum of AWS. What the key encrypts cannot be read once the key is deleted.
      deletionWindowInDays: 30,
      policy: policyDocument([
        {
          sid: "EnableIamPolicies",
          principals: { AWS: `arn:aws:iam::${props.accountId}:root` },
          actions: ["kms:*"],
          resources: ["*"],
        },
        ...(props.keyPolicyStatements ?? []),
      ]),
      lifecycle: { preventDestroy: props.preventDestroy ?? true },
    });
    this.arn = key.arn;
    new KmsAlias(this, "alias", { name: props.alias, targetKeyId: key.id });
  }

  /**
   * Allows to decrypt with the key.
   * @param viaService the only AWS service through which it is allowed, such as `secretsmanager.us-east-1.amazonaws.com`; default: any
   */
  grantDecrypt(grantee: Grantee, viaService?: string): void {
    this.grant(grantee, ["kms:Decrypt"], viaService);
  }

  /** Allows to encrypt and decrypt with the key and its data keys. @param viaService as in `grantDecrypt` */
  grantEncryptDecrypt(grantee: Grantee, viaService?: string): void {
    this.grant(grantee, ["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"], viaService);
  }

  private grant(grantee: Grantee, actions: readonly string[], viaService: string | undefined): void {
    grantee.addToPolicy({
      actions,
      resources: [this.arn],
      ...(viaService === undefined ? {} : { conditions: { StringEquals: { "kms:ViaService": viaService } } }),
    });
  }
}
