import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import { boundaryArn, type Environment, prefix } from "../config";
import type { DatabaseAccess } from "../database";
import { allow, assumedByInstances, readSecret } from "../iam";
import { type EncryptionKey } from "../kms";
import type { DatadogApiKey } from "./datadog-api-key";

export interface ServerRoleProps {
  readonly environment: Environment;
  /** The key of the agent's secret. */
  readonly key: EncryptionKey;
  /** The agent's secret, which the role reads. */
  readonly datadogApiKey: DatadogApiKey;
  /** What the role may connect to. */
  readonly database: DatabaseAccess;
}

/** What a server may do: be managed by SSM, read the agent's key, connect to the database. */
export class ServerRole extends Construct {
  /** Name of the profile with which instances take the role on. */
  readonly instanceProfileName: string;
  /** What must exist before a server starts, because it uses it at boot. */
  readonly permissions: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: ServerRoleProps) {
    super(scope, id);
    const { environment, key, datadogApiKey, database } = props;
    const name = `${prefix(environment)}-servers`;
    const role = new IamRole(this, "role", {
      name,
      permissionsBoundary: boundaryArn(environment),
      assumeRolePolicy: assumedByInstances(),
    });
    const ssm = new IamRolePolicyAttachment(this, "ssm", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    });
    const agentKey = new IamRolePolicy(this, "agent-key", {
      name: "read-agent-key",
      role: role.id,
      policy: readSecret(datadogApiKey.secretArn, key.arn, environment.region),
    });
    // Not at boot: a server, and with it a zone, must not wait for the database, which stands in all zones.
    new IamRolePolicy(this, "database", {
      name: "connect-to-database",
      role: role.id,
      policy: allow({ actions: ["rds-db:connect"], resources: [database.connectArn] }),
    });
    this.permissions = [ssm, agentKey, datadogApiKey.version];
    this.instanceProfileName = new IamInstanceProfile(this, "profile", { name, role: role.name }).name;
  }
}
