import { IamInstanceProfile } from "@cdktf/provider-aws/lib/iam-instance-profile";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import type { DatabaseAccess } from "../database";
import { assumedByServiceWithoutSource, type Grantee, RolePolicy, type Statement } from "../iam";
import type { DatadogApiKey } from "./datadog-api-key";
import type { ServiceFiles } from "./service-files";

export interface ServerRoleProps {
  /** Name of role and instance profile. */
  readonly name: string;
  /** ARN of the permissions boundary. It must allow what is granted. */
  readonly permissionsBoundaryArn: string;
  /** Secret of the Datadog API key, which the agent reads. */
  readonly datadogApiKey: DatadogApiKey;
  /** Tables and programs of services, which servers read at boot. */
  readonly serviceFiles: ServiceFiles;
  /** Access to the databases of services. */
  readonly database: DatabaseAccess;
  /** Database users as which servers connect, and the addresses of the servers that may. @default none, all servers of the role */
  readonly databaseUsers?: readonly { readonly user: string; readonly addresses?: readonly string[] | undefined }[];
  /** CloudWatch namespace to which servers publish metrics. */
  readonly metricsNamespace: string;
}

/**
 * IAM role of servers: managed by SSM, reads the Datadog API key and the files of services, connects to the database. A `grant...` method of another
 * construct adds statements to its policy `granted`.
 */
export class ServerRole extends Construct implements Grantee {
  /** Name of the instance profile with the role. */
  readonly instanceProfileName: string;
  /** What servers use at boot, so that they must not start before. */
  readonly permissions: readonly ITerraformDependable[];
  private readonly role: IamRole;
  private granted: RolePolicy | undefined;

  constructor(scope: Construct, id: string, props: ServerRoleProps) {
    super(scope, id);
    const {
      name,
      permissionsBoundaryArn,
      datadogApiKey,
      serviceFiles,
      database,
      databaseUsers = [],
      metricsNamespace,
    } = props;
    const role = new IamRole(this, "role", {
      name,
      permissionsBoundary: permissionsBoundaryArn,
      assumeRolePolicy: assumedByServiceWithoutSource("ec2.amazonaws.com"),
    });
    const ssm = new IamRolePolicyAttachment(this, "ssm", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore",
    });
    const agentKey = new RolePolicy(this, "agent-key", { name: "read-agent-key", role });
    datadogApiKey.grantRead(agentKey);
    const files = new RolePolicy(this, "service-files", { name: "read-service-files", role });
    serviceFiles.grantRead(files);
    // Not in `permissions`: servers boot without the database, whose proxy depends on all Availability Zones.
    if (databaseUsers.length > 0) {
      const policy = new RolePolicy(this, "database", { name: "connect-to-database", role });
      for (const { user, addresses } of databaseUsers) database.grantConnect(policy, user, addresses);
    }
    const metrics = new RolePolicy(this, "metrics", { name: "publish-metrics", role });
    metrics.addToPolicy({
      actions: ["cloudwatch:PutMetricData"],
      // Metrics have no ARNs.
      resources: ["*"],
      conditions: { StringEquals: { "cloudwatch:namespace": metricsNamespace } },
    });
    this.role = role;
    this.permissions = [ssm, agentKey, files, metrics, datadogApiKey.version];
    this.instanceProfileName = new IamInstanceProfile(this, "profile", { name, role: role.name }).name;
  }

  addToPolicy(...statements: readonly Statement[]): void {
    this.granted ??= new RolePolicy(this, "granted", { name: "granted", role: this.role });
    this.granted.addToPolicy(...statements);
  }
}
