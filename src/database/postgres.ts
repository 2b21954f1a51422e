import { CloudwatchLogGroup } from "@cdktf/provider-aws/lib/cloudwatch-log-group";
import { DbInstance } from "@cdktf/provider-aws/lib/db-instance";
import { DbParameterGroup } from "@cdktf/provider-aws/lib/db-parameter-group";
import { DbSubnetGroup } from "@cdktf/provider-aws/lib/db-subnet-group";
import { IamRole } from "@cdktf/provider-aws/lib/iam-role";
import { IamRolePolicyAttachment } from "@cdktf/provider-aws/lib/iam-role-policy-attachment";
import { Construct } from "constructs";

import { boundaryArn, type Environment, prefix } from "../config";
import { assumedByService } from "../iam";
import { type EncryptionKey } from "../kms";
import type { Network } from "../network";

/** The database that the service works in. */
export const DATABASE_NAME = "app";
/** The user whose password RDS keeps, and as whom the proxy connects. */
export const MASTER_USER = "postgres";

export interface PostgresProps {
  readonly environment: Environment;
  /** Gives the data subnets of all zones and the security group. */
  readonly network: Network;
  /** Encrypts storage, backups, logs, performance data and the master password. */
  readonly key: EncryptionKey;
}

/** PostgreSQL on RDS, reachable through the proxy only. */
export class Postgres extends Construct {
  /** The instance, which the proxy's target group points at. */
  readonly instance: DbInstance;
  /** The secret in which RDS keeps, and rotates, the master password. */
  readonly masterSecretArn: string;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: PostgresProps,
  ) {
    super(scope, id);
    this.instance = this.createInstance(this.createLogGroups());
    this.masterSecretArn = this.instance.masterUserSecret.get(0).secretArn;
  }

  private get identifier(): string {
    return `${prefix(this.props.environment)}-postgres`;
  }

  private createInstance(logGroups: CloudwatchLogGroup[]): DbInstance {
    const { environment, network, key } = this.props;
    const { database, protectFromDestruction } = environment;
    return new DbInstance(this, "instance", {
      identifier: this.identifier,
      engine: "postgres",
      // The major version only: minor ones come by themselves in the maintenance window.
      engineVersion: database.majorVersion.toString(),
      autoMinorVersionUpgrade: true,
      allowMajorVersionUpgrade: false,
      applyImmediately: false,
      instanceClass: database.instanceClass,
      dbName: DATABASE_NAME,
      port: 5432,
      parameterGroupName: this.createParameterGroup().name,

      multiAz: database.multiAz,
      dbSubnetGroupName: this.createSubnetGroup().name,
      vpcSecurityGroupIds: [network.securityGroups.database.id],
      publiclyAccessible: false,

      storageType: "gp3",
      allocatedStorage: database.allocatedStorageGib,
      maxAllocatedStorage: database.maxAllocatedStorageGib,
      storageEncrypted: true,
      kmsKeyId: key.arn,

      username: MASTER_USER,
      manageMasterUserPassword: true,
      masterUserSecretKmsKeyId: key.arn,
      iamDatabaseAuthenticationEnabled: true,
      caCertIdentifier: "rds-ca-rsa2048-g1",

      backupRetentionPeriod: database.backupRetentionDays,
      backupWindow: "02:00-03:00",
      maintenanceWindow: "sun:03:30-sun:04:30",
      copyTagsToSnapshot: true,
      deleteAutomatedBackups: !protectFromDestruction,
      skipFinalSnapshot: !protectFromDestruction,
      ...(protectFromDestruction ? { finalSnapshotIdentifier: `${this.identifier}-final` } : {}),
      deletionProtection: protectFromDestruction,

      performanceInsightsEnabled: true,
      performanceInsightsKmsKeyId: key.arn,
      performanceInsightsRetentionPeriod: 7,
      monitoringInterval: 60,
      monitoringRoleArn: this.createMonitoringRole().arn,
      enabledCloudwatchLogsExports: ["postgresql", "upgrade"],
      tags: { Name: this.identifier },
      lifecycle: { preventDestroy: protectFromDestruction },
      // RDS would make them itself, unencrypted and kept for ever.
      dependsOn: logGroups,
    });
  }

  /** Named by version, and made before the old one goes: a major upgrade needs both at once. */
  private createParameterGroup(): DbParameterGroup {
    const major = this.props.environment.database.majorVersion;
    return new DbParameterGroup(this, "parameters", {
      name: `${this.identifier}-${major}`,
      family: `postgres${major}`,
      description: `PostgreSQL ${major} of ${this.props.environment.name}`,
      parameter: [
        { name: "rds.force_ssl", value: "1" },
        { name: "log_min_duration_statement", value: "1000" },
        { name: "log_lock_waits", value: "1" },
      ],
      lifecycle: { createBeforeDestroy: true },
    });
  }

  private createSubnetGroup(): DbSubnetGroup {
    return new DbSubnetGroup(this, "subnets", {
      name: this.identifier,
      description: `Data subnets of ${this.props.environment.name}`,
      subnetIds: this.props.network.availabilityZones.map((zone) => zone.dataSubnet.id),
    });
  }

  private createMonitoringRole(): IamRole {
    const role = new IamRole(this, "monitoring-role", {
      permissionsBoundary: boundaryArn(this.props.environment),
      name: `${this.identifier}-monitoring`,
      assumeRolePolicy: assumedByService("monitoring.rds.amazonaws.com", this.props.environment.accountId),
    });
    new IamRolePolicyAttachment(this, "monitoring-policy", {
      role: role.name,
      policyArn: "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole",
    });
    return role;
  }

  private createLogGroups(): CloudwatchLogGroup[] {
    const { environment, key } = this.props;
    return ["postgresql", "upgrade"].map(
      (log) =>
        new CloudwatchLogGroup(this, `${log}-log`, {
          name: `/aws/rds/instance/${this.identifier}/${log}`,
          retentionInDays: environment.logRetentionDays,
          kmsKeyId: key.arn,
        }),
    );
  }
}
