import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbProxy } from "@cdktf/provider-aws/lib/db-proxy";
import { DbProxyDefaultTargetGroup } from "@cdktf/provider-aws/lib/db-proxy-default-target-group";
import { DbProxyTarget } from "@cdktf/provider-aws/lib/db-proxy-target";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicy } from "@cdktf/provider-aws/lib/iam-role-policy";
import { Fn } from "cdktf";
import { Construct } from "constructs";

import { boundaryArn, type Environment, prefix } from "../config";
import { assumedByService, readSecret } from "../iam";
import { type EncryptionKey } from "../kms";
import type { Network } from "../network";
import { DATABASE_NAME, MASTER_USER, type Postgres } from "./postgres";

/** What a client needs to connect through the proxy. */
export interface DatabaseAccess {
  /** What the client's permission `rds-db:connect` must name. */
  readonly connectArn: string;
  /** The database to connect to. */
  readonly databaseName: string;
  /** The user to connect as, with a token of IAM for a password. */
  readonly user: string;
}

export interface ProxyProps {
  readonly environment: Environment;
  /** Gives the data subnets of the proxy's zones and the security group. */
  readonly network: Network;
  /** The database behind the proxy, and the secret of its master password. */
  readonly postgres: Postgres;
  /** The key of the master password. */
  readonly key: EncryptionKey;
}

/**
 * RDS Proxy: thousands of clients share the database's few connections, and a failover costs seconds. Clients speak TLS and
 * prove who they are by IAM, so that no password of the database is on any server.
 */
export class Proxy extends Construct {
  /** Host name of the proxy, inside the VPC. */
  readonly endpoint: string;
  /** What the servers are told, and allowed. */
  readonly access: DatabaseAccess;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ProxyProps,
  ) {
    super(scope, id);
    const { environment, network, postgres } = props;
    const name = prefix(environment);
    const logs = new CloudwatchLogGroup(this, "log", {
      name: `/aws/rds/proxy/${name}`,
      retentionInDays: environment.logRetentionDays,
      kmsKeyId: props.key.arn,
    });
    const role = this.createRole();
    const proxy = new DbProxy(this, "proxy", {
      name,
      engineFamily: "POSTGRESQL",
      requireTls: true,
      auth: [{ authScheme: "SECRETS", iamAuth: "REQUIRED", secretArn: postgres.masterSecretArn }],
      roleArn: role.arn,
      vpcSubnetIds: network.availabilityZones
        .filter((zone) => environment.database.proxyZones.includes(zone.name))
        .map((zone) => zone.dataSubnet.id),
      vpcSecurityGroupIds: [network.securityGroups.proxy.id],
      idleClientTimeout: 1800,
      debugLogging: false,
      dependsOn: [logs],
    });
    const targets = new DbProxyDefaultTargetGroup(this, "pool", {
      dbProxyName: proxy.name,
      connectionPoolConfig: {
        // Leaves a tenth of the database's connections to people and to RDS itself.
        maxConnectionsPercent: 90,
        maxIdleConnectionsPercent: 50,
        // Seconds; a client that waits longer is better served by an error.
        connectionBorrowTimeout: 30,
      },
    });
    new DbProxyTarget(this, "target", {
      dbProxyName: proxy.name,
      targetGroupName: targets.name,
      dbInstanceIdentifier: postgres.instance.identifier,
    });
    this.endpoint = proxy.endpoint;
    const resourceId: unknown = Fn.element(Fn.split(":", proxy.arn), 6);
    this.access = {
      connectArn: `arn:aws:rds-db:${environment.region}:${environment.accountId}:dbuser:${String(resourceId)}/${MASTER_USER}`,
      databaseName: DATABASE_NAME,
      user: MASTER_USER,
    };
  }

  /** Reads one secret, with one key, and nothing else. */
  private createRole(): IamRole {
    const { environment, postgres, key } = this.props;
    const role = new IamRole(this, "role", {
      permissionsBoundary: boundaryArn(environment),
      name: `${prefix(environment)}-rds-proxy`,
      assumeRolePolicy: assumedByService("rds.amazonaws.com", environment.accountId),
    });
    new IamRolePolicy(this, "role-policy", {
      name: "read-master-password",
      role: role.id,
      policy: readSecret(postgres.masterSecretArn, key.arn, environment.region),
    });
    return role;
  }
}
