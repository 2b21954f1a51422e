import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { S3Backend, TerraformStack } from "cdktf";
import type { Construct } from "constructs";

import { AWS_PROVIDER_VERSION, type Environment, stateBucketName, stateKeyAlias, TERRAFORM_VERSION } from "../config";

/** What every stack of an environment has: the provider, bound to the account, and its state in the environment's bucket. */
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
      // A plan with another account's credentials fails before it reads anything.
      allowedAccountIds: [this.environment.accountId],
      defaultTags: [{ tags: { env: this.environment.name, project: "dev-one", "managed-by": "terraform" } }],
    };
  }

  /**
   * CDKTF resolves every stack twice, first to find references between stacks. There are none, by decision
   * (docs/decisions/0005-few-stacks-and-no-remote-state.md), and the first time takes a quarter of the synthesis.
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
      // By alias: the key's own id is not known before it exists.
      kmsKeyId: `arn:aws:kms:${region}:${accountId}:${stateKeyAlias(this.environment)}`,
      allowedAccountIds: [accountId],
    });
    // S3's own locking; CDKTF 0.21 does not know the argument.
    backend.addOverride("use_lockfile", true);
  }
}
