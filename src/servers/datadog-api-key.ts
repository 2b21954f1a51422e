import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import type { Grantee } from "../iam";
import { type EncryptionKey, grantReadSecret } from "../kms";

export interface DatadogApiKeyProps {
  /** Name of the secret. */
  readonly secretName: string;
  /** Region of the secret. */
  readonly region: string;
  /** Encrypts the secret. */
  readonly key: EncryptionKey;
  /** Days for which a deleted secret can be restored, 7 to 30; 0 frees its name at once. @default 30 */
  readonly recoveryWindowInDays?: number;
}

/**
 * Secret of the API key with which the Datadog agents report. The variable is ephemeral and the argument write-only, so that the
 * API key is neither in the state nor in a saved plan.
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 */
export class DatadogApiKey extends Construct {
  /** Version of the secret that holds the API key. */
  readonly version: SecretsmanagerSecretVersion;
  private readonly secretArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: DatadogApiKeyProps,
  ) {
    super(scope, id);
    const { secretName, key, recoveryWindowInDays = 30 } = props;
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: secretName,
      description: "API key of the Datadog agents",
      kmsKeyId: key.arn,
      recoveryWindowInDays,
    });
    const apiKey = this.declareApiKey();
    const version = this.declareVersion();
    this.version = new SecretsmanagerSecretVersion(this, "version", {
      secretId: secret.id,
      secretStringWo: `{"api_key":"${apiKey.stringValue}"}`,
      secretStringWoVersion: version.numberValue,
    });
    this.secretArn = secret.arn;
  }

  /** Allows to read the API key. */
  grantRead(grantee: Grantee): void {
    const { key, region } = this.props;
    grantReadSecret(grantee, { secretArn: this.secretArn, key, region });
  }

  private declareApiKey(): TerraformVariable {
    const variable = new TerraformVariable(this, "datadog_api_key", {
      type: "string",
      description: "API key of the Datadog agents: 32 hexadecimal digits.",
      sensitive: true,
      nullable: false,
    });
    variable.overrideLogicalId("datadog_api_key");
    variable.addOverride("ephemeral", true);
    variable.addValidation({
      condition: '${can(regex("^[0-9a-f]{32}$", var.datadog_api_key))}',
      errorMessage:
        "datadog_api_key must be 32 hexadecimal digits in lower case, as Datadog shows it under Organization Settings, API Keys.",
    });
    return variable;
  }

  private declareVersion(): TerraformVariable {
    const variable = new TerraformVariable(this, "datadog_api_key_version", {
      type: "number",
      description:
        "Raise it by one to write a new datadog_api_key: Terraform does not see that the key itself changed.",
      default: 1,
      nullable: false,
    });
    variable.overrideLogicalId("datadog_api_key_version");
    variable.addValidation({
      condition:
        "${var.datadog_api_key_version >= 1 && floor(var.datadog_api_key_version) == var.datadog_api_key_version}",
      errorMessage: "datadog_api_key_version must be a whole number from 1 upwards.",
    });
    return variable;
  }
}
