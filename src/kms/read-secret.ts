import type { Grantee } from "../iam";
import type { EncryptionKey } from "./encryption-key";

/** A secret of Secrets Manager. */
export interface SecretAccess {
  /** ARN of the secret. */
  readonly secretArn: string;
  /** The key that encrypts the secret. */
  readonly key: EncryptionKey;
  /** Region of the secret. */
  readonly region: string;
}

/** Allows to read a secret, and to decrypt with its key through Secrets Manager only. */
export function grantReadSecret(grantee: Grantee, { secretArn, key, region }: SecretAccess): void {
  grantee.addToPolicy({ actions: ["secretsmanager:GetSecretValue"], resources: [secretArn] });
  key.grantDecrypt(grantee, `secretsmanager.${region}.amazonaws.com`);
}
