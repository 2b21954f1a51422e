import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { SecretsmanagerSecretVersion } from "@cdktf/provider-aws/lib/secretsmanager-secret-version";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import type { Environment } from "../config";
import type { EncryptionKey } from "../kms";

export interface DatadogApiKeyProps {
  readonly environment: Environment;
  /** Encrypts the secret. */
  readonly key: EncryptionKey;
}

/**
 * The key with which the agents report. It passes through Terraform without a trace: the variable is ephemeral and the
 * argument write-only, so that it is in no state and in no saved plan.
 * @see https://developer.hashicorp.com/terraform/language/manage-sensitive-data/write-only
 */
export class DatadogApiKey extends Construct {
  /** ARN of the secret, which servers may read. */
  readonly secretArn: string;
  /** The key itself, once it is written. */
  readonly version: SecretsmanagerSecretVersion;

  constructor(scope: Construct, id: string, { environment, key }: DatadogApiKeyProps) {
    super(scope, id);
    const secret = new SecretsmanagerSecret(this, "secret", {
      name: `dev-one/${environment.name}/datadog-api-key`,
      description: "API key of the Datadog agents",
      kmsKeyId: key.arn,
      // Days; none where an environment is torn down and built again under the same name.
      recoveryWindowInDays: environment.protectFromDestruction ? 30 : 0,
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
