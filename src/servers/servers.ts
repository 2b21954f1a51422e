import { Construct } from "constructs";

import {
  addressTable,
  boundaryArn,
  databaseOf,
  type Environment,
  metricsNamespace,
  migrationDocumentName,
  type PlacedService,
  prefix,
  releaseRoleName,
  rollOutAlarmName,
  serviceOfAllServers,
  servicesBucketName,
  servicesOf,
  servicesWithGroup,
  sharesLoadBalancer,
  sizing,
} from "../config";
import type { DatabaseAccess } from "../database";
import type { Grantee } from "../iam";
import type { EnvironmentKey } from "../kms";
import type { LoadBalancer } from "../load-balancing";
import type { Network } from "../network";
import { connectionsMetric } from "./connections-metric";
import { DatadogApiKey } from "./datadog-api-key";
import { ElasticFleet } from "./elastic-fleet";
import { FleetScaling } from "./fleet-scaling";
import { MigrationDocument } from "./migration-document";
import { NamedFleet } from "./named-fleet";
import { ReleaseRole } from "./release-role";
import { RollOutAlarm } from "./roll-out-alarm";
import { ServerRole } from "./server-role";
import { ServerTemplate, type ServerTemplateProps } from "./server-template";
import { keepFormerObjects, ServiceFiles } from "./service-files";
import { ServiceFleet } from "./service-fleet";
import { ServiceRole } from "./service-role";
import { ServiceSecrets } from "./service-secrets";
import { compressedUserData } from "./user-data";

export interface ServersProps {
  /** The whole environment, because user data and sizes follow from most of it. */
  readonly environment: Environment;
  /** Subnets, security groups, and the routes and reservations that servers depend on. */
  readonly network: Network;
  /** Encrypts volumes and the secret of the Datadog API key. Auto Scaling may use it. */
  readonly environmentKey: EnvironmentKey;
  /** Load balancer with the target groups. Scaling counts its connections and requests. */
  readonly loadBalancer: LoadBalancer;
  /** Access to the databases of services. */
  readonly database: DatabaseAccess;
}

/**
 * All servers: the named ones of each Availability Zone, the elastic group over all of them with its scaling, and a group for each
 * service that has its own.
 */
export class Servers extends Construct {
  /** Role of the named servers and the elastic group, for grants. */
  readonly role: ServerRole;
  private readonly datadogApiKey: DatadogApiKey;
  private readonly files: ServiceFiles;
  private readonly roles = new Map<string, Grantee>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: ServersProps,
  ) {
    super(scope, id);
    const { environment, environmentKey } = props;
    this.datadogApiKey = new DatadogApiKey(this, "datadog-api-key", {
      secretName: `dev-one/${environment.name}/datadog-api-key`,
      region: environment.region,
      key: environmentKey.key,
      recoveryWindowInDays: this.recoveryWindowInDays,
    });
    this.files = new ServiceFiles(this, "files", {
      environment: environment.name,
      bucketName: servicesBucketName(environment),
      preventDestroy: environment.protectFromDestruction,
    });
    const services = servicesOf(environment).filter(({ placement }) => placement.kind !== "own-group");
    this.role = this.createRole(this, "role", "servers", services);
    for (const service of services) this.roles.set(service.name, this.grantee(service));
    this.createNamedFleets(services);

    // A scope of their own, because a service may have any name, such as `scaling`.
    const groups = new Construct(this, "services");
    for (const { name } of servicesOf(environment)) {
      const group = new Construct(groups, name);
      const service = servicesWithGroup(environment).find((each) => each.name === name);
      if (service !== undefined) this.createServiceFleet(group, service);
      keepFormerObjects(name, this, group);
    }

    new ServiceSecrets(this, "secrets", {
      services: servicesOf(environment),
      environmentName: environment.name,
      key: environmentKey.key,
      recoveryWindowInDays: this.recoveryWindowInDays,
    });
    for (const service of servicesOf(environment)) this.grantToService(service);

    new MigrationDocument(this, "migration", { name: migrationDocumentName(environment) });
    const rollOut = new Construct(this, "roll-out");
    for (const { name, objectives } of servicesOf(environment)) {
      new RollOutAlarm(rollOut, name, {
        name: rollOutAlarmName(environment, name),
        service: name,
        latencySeconds: objectives.latencySeconds,
        loadBalancer: props.loadBalancer.lb,
        targetGroup: props.loadBalancer.targetGroupOf(name),
      });
    }
    this.createReleaseRoles();
  }

  /**
   * The role of a service, for grants: on a group of its own, or on all named servers, that of its servers. On some names, the role of
   * all named servers, with each statement limited to the addresses of its servers.
   * @throws RangeError when there is no such service
   */
  roleOf(service: string): Grantee {
    const role = this.roles.get(service);
    if (role === undefined) throw new RangeError(`There is no service ${service}`);
    return role;
  }

  private get recoveryWindowInDays(): number {
    return this.props.environment.protectFromDestruction ? 30 : 0;
  }

  /** What a service needs beside what all servers need. Its key may be used through Secrets Manager by every server already. */
  private grantToService({ name, secrets, jobs }: PlacedService): void {
    const { environment } = this.props;
    const role = this.roleOf(name);
    if (secrets.length > 0) {
      const prefix = `arn:aws:secretsmanager:${environment.region}:${environment.accountId}:secret:`;
      role.addToPolicy({
        actions: ["secretsmanager:GetSecretValue"],
        resources: [`${prefix}dev-one/${environment.name}/${name}/*`],
      });
    }
    if (Object.keys(jobs).length > 0) this.files.grantRunJobs(role, name);
  }

  private grantee(service: PlacedService): Grantee {
    const addresses = this.addressesOf(service);
    return addresses === undefined ? this.role : new ServiceRole(this.role, this.props.network.vpcId, addresses);
  }

  /** Roles of the pipelines of services, which upload bundles. */
  private createReleaseRoles(): void {
    const { environment } = this.props;
    const roles = new Construct(this, "release-roles");
    for (const { name, repository } of servicesOf(environment)) {
      if (repository === undefined) continue;
      new ReleaseRole(roles, name, {
        name: releaseRoleName(environment, name),
        service: name,
        repository,
        accountId: environment.accountId,
        permissionsBoundaryArn: boundaryArn(environment),
        files: this.files,
      });
    }
  }

  private createNamedFleets(services: readonly PlacedService[]): void {
    const { environment, network, environmentKey, loadBalancer } = this.props;
    const { scaling, servers } = environment;
    const { namedPerZone, elasticMaximum } = sizing(environment);
    const service = serviceOfAllServers(environment);
    const name = prefix(environment);
    const fleet = {
      environmentName: environment.name,
      template: this.createTemplate(this, "servers", services, {
        name,
        description: `Servers of ${environment.name}`,
        instanceType: servers.instanceType,
        securityGroup: network.securityGroups.servers,
        role: this.role,
      }),
      service,
      targetGroup: loadBalancer.allServers,
      autoScalingRoleArn: environmentKey.autoScalingRoleArn,
    };
    const named = network.availabilityZones.map(
      (availabilityZone) =>
        new NamedFleet(this, availabilityZone.name, {
          ...fleet,
          name: `${name}-${availabilityZone.name}`,
          availabilityZone,
          size: namedPerZone,
        }),
    );
    if (service === undefined) return;
    const elastic = new ElasticFleet(this, "elastic", {
      ...fleet,
      name: `${name}-elastic`,
      availabilityZones: network.availabilityZones,
      maxSize: elasticMaximum,
    });
    new FleetScaling(this, "scaling", {
      ...scaling,
      name,
      named,
      elastic,
      loadBalancer: loadBalancer.lb,
      connectionsMetric: sharesLoadBalancer(environment) ? connectionsMetric(environment, service.name) : undefined,
      connectionsPerServer: servers.connectionsPerServer,
    });
  }

  private createServiceFleet(scope: Construct, service: ReturnType<typeof servicesWithGroup>[number]): void {
    const { environment, network, environmentKey, loadBalancer } = this.props;
    const { placement } = service;
    const name = `${prefix(environment)}-${service.name}`;
    const securityGroup = network.securityGroups.services.get(service.name);
    if (securityGroup === undefined) throw new RangeError(`${service.name} has no security group`);
    const targetGroup = loadBalancer.targetGroupOf(service.name);
    const role = this.createRole(scope, "role", service.name, [service]);
    this.roles.set(service.name, role);
    new ServiceFleet(scope, "fleet", {
      name,
      environmentName: environment.name,
      template: this.createTemplate(scope, service.name, [service], {
        name,
        description: `Servers of the service ${service.name} of ${environment.name}`,
        instanceType: placement.instanceType,
        securityGroup,
        role,
      }),
      service,
      targetGroup,
      autoScalingRoleArn: environmentKey.autoScalingRoleArn,
      availabilityZones: network.availabilityZones,
      minimum: placement.minimum,
      maximum: placement.maximum,
      cpuPercent: environment.scaling.scaleOutCpuPercent,
      connections: (placement.connectionsPerServer * environment.scaling.scaleOutConnectionsPercent) / 100,
      connectionsMetric: connectionsMetric(environment, service.name),
      requestsPerServer: placement.requestsPerServer,
      resourceLabel: `${loadBalancer.lb.arnSuffix}/${targetGroup.arnSuffix}`,
      routes: loadBalancer.routesOf(service.name),
    });
  }

  private createRole(scope: Construct, id: string, name: string, services: readonly PlacedService[]): ServerRole {
    const { environment, database } = this.props;
    return new ServerRole(scope, id, {
      name: `${prefix(environment)}-${name}`,
      permissionsBoundaryArn: boundaryArn(environment),
      datadogApiKey: this.datadogApiKey,
      serviceFiles: this.files,
      database,
      databaseUsers: services.flatMap((service) => {
        const user = databaseOf(service)?.user;
        return user === undefined ? [] : [{ user, addresses: this.addressesOf(service) }];
      }),
      metricsNamespace: metricsNamespace(environment),
    });
  }

  /** Addresses of the servers of a service that shares their role with others; undefined where the role is the service's own. */
  private addressesOf({ placement }: PlacedService): string[] | undefined {
    if (placement.kind !== "some-names") return undefined;
    const servers = addressTable(this.props.environment).filter(({ name }) => placement.names.includes(name));
    return servers.map(({ address }) => address);
  }

  private createTemplate(
    scope: Construct,
    tableName: string,
    services: readonly PlacedService[],
    template: Pick<ServerTemplateProps, "name" | "description" | "instanceType" | "securityGroup" | "role">,
  ): ServerTemplate {
    const { environment, environmentKey, network } = this.props;
    const { servers } = environment;
    const isNamed = services.every(({ placement }) => placement.kind !== "own-group");
    const images = services.flatMap(({ release }) => release?.image ?? []);
    const [bootObjects, objects] = this.files.createTable(scope, tableName, services);
    return new ServerTemplate(scope, "template", {
      ...template,
      securityGroupRules: network.securityGroups.rulesOf(template.securityGroup),
      environmentName: environment.name,
      imageId: images[0] ?? servers.amiId,
      rootVolumeGib: servers.rootVolumeGib,
      key: environmentKey.key,
      userData: compressedUserData({ environment, isNamed, objects: bootObjects }),
      objects,
    });
  }
}
