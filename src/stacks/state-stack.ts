import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";

import { type Environment, PLANS_PREFIX, prefix, stateBucketName, stateKeyAlias } from "../config";
import { CiRoles } from "../iam";
import { StateBucket } from "../storage";
import { EnvironmentStack } from "./environment-stack";

/** `<env>-state`: bucket and KMS key of the Terraform states, and the CI roles. Deployed first, with `npm run bootstrap`. */
export class StateStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { bucket, key } = new StateBucket(this, "state", {
      bucketName: stateBucketName(environment),
      keyAlias: stateKeyAlias(environment),
      keyDescription: `Terraform state of ${prefix(environment)}`,
      accountId: environment.accountId,
      plansPrefix: PLANS_PREFIX,
    });
    new CiRoles(this, "delivery", {
      name: environment.name,
      accountId: environment.accountId,
      region: environment.region,
      domain: environment.domain,
      protectFromDestruction: environment.protectFromDestruction,
      githubRepository: environment.delivery,
      stateBucketArn: bucket.bucket.arn,
      stateKeyArn: key.arn,
    });
    const output = new TerraformOutput(this, "state_bucket", {
      description: "Bucket of the environment's Terraform state.",
      value: bucket.bucket.bucket,
    });
    output.overrideLogicalId("state_bucket");
  }
}
