import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { Fn } from "cdktf";
import { Construct } from "constructs";

import type { EncryptionKey } from "../kms";

/** Label that keeps the first version of a secret: Secrets Manager deletes versions without one. */
const FIRST_VERSION_LABEL = "INITIAL";

export interface DatabaseUserProps {
  /** Name of the secret. */
  readonly secretName: string;
  /** Name of the user in PostgreSQL. */
  readonly user: string;
  /** Encrypts the secret. */
  readonly key: EncryptionKey;
  /** Days for which a deleted secret can be restored, 7 to 30; 0 frees its name at once. @default 30 */
  readonly recoveryWindowInDays?: number;
}

/**
 * Secret with the name and the password of a database user, as RDS Proxy reads it. Terraform writes a random first value that no user
 * has; `npm run database-users` creates the user, and writes each password from then on
 * (docs/decisions/0017-a-database-and-a-user-for-each-service.md).
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy-secrets-arns.html
 */
export class DatabaseUser extends Construct {
  /** ARN of the secret. */
  readonly secretArn: string;
  /** First value of the secret. */
  readonly firstVersion: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, { secretName, user, key, recoveryWindowInDays = 30 }: DatabaseUserProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: secretName,
      description: `Database user ${user}, for RDS Proxy`,
      kmsKeyId: key.arn,
      recoveryWindowInDays,
    });
    this.firstVersion = new SecretsmanagerSecretVersion(this, "first-version", {
      secretId: secret.id,
      secretStringWo: Fn.jsonencode({ username: user, password: Fn.uuid() }),
      secretStringWoVersion: 1,
      versionStages: ["AWSCURRENT", FIRST_VERSION_LABEL],
      // AWSCURRENT moves on with the first password.
      lifecycle: { ignoreChanges: ["version_stages"] },
    });
    this.secretArn = secret.arn;
  }
}
