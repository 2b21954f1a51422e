import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";

import { FIRST_DATABASE, MASTER_USER } from "../config";
import { assumedByService, type Grantee } from "../iam";
import { type EncryptionKey, grantReadSecret } from "../kms";
import type { Network } from "../network";

export interface PostgresProps {
  /** Identifier of the DB instance. */
  readonly identifier: string;
  /** Name of the environment, for descriptions. */
  readonly environmentName: string;
  /** Region of the DB instance. */
  readonly region: string;
  /** Account of the DB instance. */
  readonly accountId: string;
  /** Data subnets of all Availability Zones, and the security group. */
  readonly network: Network;
  /** Encrypts storage, backups, logs, Performance Insights and the master password. */
  readonly key: EncryptionKey;
  /** PostgreSQL major version. Minor versions are upgraded in the maintenance window. */
  readonly majorVersion: number;
  /** Allows a change of `majorVersion`, and applies changes immediately instead of in the maintenance window. @default false */
  readonly allowMajorVersionUpgrade?: boolean;
  /** Instance class, such as `db.m7g.large`. */
  readonly instanceClass: string;
  /** Most connections at the same time. A change needs a restart, as one of the instance class does. */
  readonly maxConnections: number;
  /** Storage at creation, GiB. */
  readonly allocatedStorageGib: number;
  /** Maximum of storage autoscaling, GiB. */
  readonly maxAllocatedStorageGib: number;
  /** A synchronous standby in another Availability Zone. @default true */
  readonly multiAz?: boolean;
  /** Days for which automated backups are kept, 1 to 35. @default 35 */
  readonly backupRetentionDays?: number;
  /** Days for which logs are kept. @default 90 */
  readonly logRetentionDays?: number;
  /** ARN of the permissions boundary of the Enhanced Monitoring role. */
  readonly permissionsBoundaryArn: string;
  /** Deletion protection, `prevent_destroy`, and a final snapshot before a deletion. @default true */
  readonly deletionProtection?: boolean;
}

/** PostgreSQL on RDS. Its security group admits RDS Proxy only. */
export class Postgres extends Construct {
  /** The DB instance, target of the proxy. */
  readonly instance: DbInstance;
  /** ARN of the secret of the master password, which RDS creates and rotates. */
  readonly masterSecretArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id);
    this.instance = this.createInstance();
    this.masterSecretArn = this.instance.masterUserSecret.get(0).secretArn;
  }

  /** Allows to read the master password. */
  grantReadMasterPassword(grantee: Grantee): void {
    const { key, region } = this.props;
    grantReadSecret(grantee, { secretArn: this.masterSecretArn, key, region });
  }

  private createInstance(): DbInstance {
    const { identifier, network, key, allowMajorVersionUpgrade = false, deletionProtection = true } = this.props;
    const logGroups = this.createLogGroups();
    const monitoring = this.createMonitoringRole();
    return new DbInstance(this, "instance", {
      identifier,
      engine: "postgres",
      // The major version only, because RDS upgrades minor versions in the maintenance window.
      engineVersion: this.props.majorVersion.toString(),
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade,
      // An upgrade that waited would still use the parameter group that Terraform deletes in the same apply.
      applyImmediately: allowMajorVersionUpgrade,
      instanceClass: this.props.instanceClass,
      dbName: FIRST_DATABASE,
      port: 5432,
      parameterGroupName: this.createParameterGroup().name,

      multiAz: this.props.multiAz ?? true,
      dbSubnetGroupName: this.createSubnetGroup().name,
      vpcSecurityGroupIds: [network.securityGroups.database.id],
      publiclyAccessible: false,

      storageType: "gp3",
      allocatedStorage: this.props.allocatedStorageGib,
      maxAllocatedStorage: this.props.maxAllocatedStorageGib,
      storageEncrypted: true,
      kmsKeyId: key.arn,

      username: MASTER_USER,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,
      iamDatabaseAuthenticationEnabled: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",

      backupRetentionPeriod: this.props.backupRetentionDays ?? 35,
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !deletionProtection,
      skipFinalSnapshot: !deletionProtection,
      ...(deletionProtection ? { finalSnapshotIdentifier: `${identifier}-final` } : {}),
      deletionProtection,

      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: key.arn,
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
      monitoringRoleArn: monitoring.role.arn,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      tags: { Name: identifier },
      lifecycle: { preventDestroy: deletionProtection },
      // Otherwise RDS creates the log groups, without the KMS key and without expiration, and refuses a role without permissions.
      dependsOn: [...logGroups, monitoring.policy],
    });
  }

  /** Named by version and created before the old one is deleted, because a major version upgrade needs both. */
  private createParameterGroup(): DbParameterGroup {
    const { identifier, environmentName, majorVersion, maxConnections } = this.props;
    return new DbParameterGroup(this, "parameters", {
      name: `${identifier}-${majorVersion}`,
      family: `postgres${majorVersion}`,
      description: `PostgreSQL ${majorVersion} of ${environmentName}`,
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_min_duration_statement", value: "1000" },
        { name: "log_lock_waits", value: "1" },
        // A static parameter: RDS refuses it with the provider's default, `immediate`.
        { name: "max_connections", value: maxConnections.toString(), applyMethod: "pending-reboot" },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createSubnetGroup(): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnets", {
      name: this.props.identifier,
      description: `Data subnets of ${this.props.environmentName}`,
      subnetIds: this.props.network.availabilityZones.map((zone) => zone.dataSubnet.id),
    });
  }

  private createMonitoringRole(): { role: IamRole; policy: IamRolePolicyAttachment } {
    const role = new IamRole(this, "monitoring-role", {
      permissionsBoundary: this.props.permissionsBoundaryArn,
      name: `${this.props.identifier}-monitoring`,
      assumeRolePolicy: assumedByService("monitoring.rds.amazonaws.com", this.props.accountId),
    });
    const policy = new IamRolePolicyAttachment(this, "monitoring-policy", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    });
    return { role, policy };
  }

  private createLogGroups(): CloudwatchLogGroup[] {
    const { identifier, key, logRetentionDays = 90 } = this.props;
    return ["postgresql", "upgrade"].map(
      (log) =>
        new CloudwatchLogGroup(this, `${log}-log`, {
          name: `/aws/rds/instance/${identifier}/${log}`,
          retentionInDays: logRetentionDays,
          kmsKeyId: key.arn,
        }),
    );
  }
}
