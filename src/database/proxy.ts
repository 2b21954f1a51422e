import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbProxy } from "@cdktf/provider-aws/lib/db-proxy";
import { DbProxyDefaultTargetGroup } from "@cdktf/provider-aws/lib/db-proxy-default-target-group";
import { DbProxyTarget } from "@cdktf/provider-aws/lib/db-proxy-target";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { Fn } from "cdktf";
import { Construct } from "constructs";

import { PROXY_CONNECTIONS_PERCENT } from "../config";
import { assumedByServiceWithoutSource, type Grantee, RolePolicy } from "../iam";
import { type EncryptionKey } from "../kms";
import type { Network } from "../network";
import type { DatabaseUser } from "./database-user";
import type { Postgres } from "./postgres";

/** Databases that clients connect to with IAM authentication. */
export interface DatabaseAccess {
  /**
   * Allows to connect as a database user.
   * @param addresses private addresses of the servers that may; default: every server with the role
   */
  grantConnect(grantee: Grantee, user: string, addresses?: readonly string[]): void;
}

export interface ProxyProps {
  /** Name of the proxy. */
  readonly name: string;
  /** Region of the proxy. */
  readonly region: string;
  /** Account of the proxy. */
  readonly accountId: string;
  /** Data subnets and security group. */
  readonly network: Network;
  /** Names of the Availability Zones of the proxy's endpoints. AWS replaces the proxy when they change. */
  readonly availabilityZoneNames: readonly string[];
  /** The DB instance behind the proxy. */
  readonly postgres: Postgres;
  /** Users as which clients connect, beside the master user. @default none */
  readonly users?: readonly DatabaseUser[];
  /** Encrypts the log. */
  readonly key: EncryptionKey;
  /** Days for which the log is kept. @default 90 */
  readonly logRetentionDays?: number;
  /** ARN of the permissions boundary of the proxy's role. */
  readonly permissionsBoundaryArn: string;
}

/**
 * RDS Proxy: clients share the database's connections, and a failover takes seconds. TLS and IAM authentication are required,
 * so that no server holds a password of the database.
 */
export class Proxy extends Construct implements DatabaseAccess {
  /** Host name of the proxy, inside the VPC. */
  readonly endpoint: string;
  /** Id of the proxy in ARNs of database users, such as `prx-0123456789abcdef0`. */
  private readonly resourceId: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ProxyProps,
  ) {
    super(scope, id);
    const { name, network, postgres, users = [] } = props;
    const logs = new CloudwatchLogGroup(this, "log", {
      name: `/aws/rds/proxy/${name}`,
      retentionInDays: props.logRetentionDays ?? 90,
      kmsKeyId: props.key.arn,
    });
    const { role, policy } = this.createRole();
    const proxy = new DbProxy(this, "proxy", {
      name,
      engineFamily: "POSTGRESQL",
      requireTls: true,
      // The master user is for `npm run database-users`. No role of servers may connect as it (src/iam/permissions-boundary.ts).
      auth: [postgres.masterSecretArn, ...users.map((user) => user.secretArn)].map((secretArn) => ({
        authScheme: "SECRETS",
        iamAuth: "REQUIRED",
        secretArn,
      })),
      roleArn: role.arn,
      vpcSubnetIds: network.availabilityZones
        .filter((zone) => props.availabilityZoneNames.includes(zone.name))
        .map((zone) => zone.dataSubnet.id),
      vpcSecurityGroupIds: [network.securityGroups.proxy.id],
      idleClientTimeout: 1800,
      debugLogging: false,
      dependsOn: [logs, policy, ...users.map((user) => user.firstVersion)],
    });
    const targets = new DbProxyDefaultTargetGroup(this, "pool", {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        maxConnectionsPercent: PROXY_CONNECTIONS_PERCENT,
        maxIdleConnectionsPercent: 50,
        // Seconds for which a client waits for a connection before it gets an error.
        connectionBorrowTimeout: 30,
      },
    });
    new DbProxyTarget(this, "target", {
      dbProxyName: proxy.name,
      targetGroupName: targets.name,
      dbInstanceIdentifier: postgres.instance.identifier,
    });
    this.endpoint = proxy.endpoint;
    this.resourceId = String(Fn.element(Fn.split(":", proxy.arn), 6));
  }

  grantConnect(grantee: Grantee, user: string, addresses?: readonly string[]): void {
    const { region, accountId } = this.props;
    grantee.addToPolicy({
      actions: ["rds-db:connect"],
      resources: [`arn:aws:rds-db:${region}:${accountId}:dbuser:${this.resourceId}/${user}`],
      // IfExists: AWS documents neither that IAM database authentication evaluates the key, nor that it does not. Where it does not,
      // the condition must not deny every connection (docs/decisions/0017-a-database-and-a-user-for-each-service.md).
      ...(addresses === undefined
        ? {}
        : { conditions: { IpAddressIfExists: { "aws:EC2InstanceSourcePrivateIPv4": addresses } } }),
    });
  }

  private createRole(): { role: IamRole; policy: RolePolicy } {
    const { name, postgres, users = [], permissionsBoundaryArn } = this.props;
    const role = new IamRole(this, "role", {
      permissionsBoundary: permissionsBoundaryArn,
      name: `${name}-rds-proxy`,
      assumeRolePolicy: assumedByServiceWithoutSource("rds.amazonaws.com"),
    });
    // The name is that of its first statement, because another one would replace the policy.
    const policy = new RolePolicy(this, "role-policy", { name: "read-master-password", role });
    postgres.grantReadMasterPassword(policy);
    if (users.length > 0) {
      // Their key is that of the master password.
      policy.addToPolicy({
        actions: ["secretsmanager:GetSecretValue"],
        resources: users.map(({ secretArn }) => secretArn),
      });
    }
    return { role, policy };
  }
}
