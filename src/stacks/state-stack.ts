import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";

import type { Environment } from "../config";
import { StateBucket } from "../state";
import { EnvironmentStack } from "./environment-stack";

/** `<env>-state`: the bucket and key of Terraform state. Made first, by `npm run bootstrap`. */
export class StateStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { bucket } = new StateBucket(this, "state", { environment });
    const output = new TerraformOutput(this, "state_bucket", {
      description: "Bucket of the environment's Terraform state.",
      value: bucket.bucket.bucket,
    });
    output.overrideLogicalId("state_bucket");
  }
}
