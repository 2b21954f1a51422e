import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

import { AWS_PROVIDER_VERSION, type Environment, stateBucketName, stateKeyAlias, TERRAFORM_VERSION } from "../config";

/** Base class of an environment's stacks: AWS provider for the environment's account, and the S3 backend. */
export abstract class EnvironmentStack extends TerraformStack {
  protected readonly provider: AwsProvider;

  constructor(
    scope: Construct,
    id: string,
    protected readonly environment: Environment,
  ) {
    super(scope, id);
    this.provider = new AwsProvider(this, "aws", this.providerConfig(environment.region));
    this.addOverride("terraform.required_version", TERRAFORM_VERSION);
    this.addOverride("terraform.required_providers.aws.version", AWS_PROVIDER_VERSION);
    this.createBackend();
  }

  protected providerConfig(region: string) {
    return {
      region,
      // Credentials of another account fail before Terraform reads anything.
      allowedAccountIds: [this.environment.accountId],
      defaultTags: [{ tags: { env: this.environment.name, project: "dev-one", "managed-by": "terraform" } }],
    };
  }

  /**
   * CDKTF resolves every stack twice, first to find references between stacks. There are none
   * (docs/decisions/0005-few-stacks-and-no-remote-state.md), so this skips the first pass, a quarter of the synthesis time.
   */
  override prepareStack(): void {
    this.ensureBackendExists();
  }

  private createBackend(): void {
    const { region, accountId } = this.environment;
    const backend = new S3Backend(this, {
      bucket: stateBucketName(this.environment),
      key: `${this.node.id}.tfstate`,
      region,
      encrypt: true,
      // By alias, because the id of the key is known after its creation.
      kmsKeyId: `arn:aws:kms:${region}:${accountId}:${stateKeyAlias(this.environment)}`,
      allowedAccountIds: [accountId],
    });
    // Locking in S3. CDKTF 0.21 has no property for the argument.
    backend.addOverride("use_lockfile", true);
  }
}
