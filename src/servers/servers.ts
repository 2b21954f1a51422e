import { Construct } from "constructs";

import {
  boundaryArn,
  type Environment,
  metricsNamespace,
  type PlacedService,
  prefix,
  serviceOfAllServers,
  servicesOf,
  servicesWithGroup,
  sharesLoadBalancer,
  sizing,
} from "../config";
import type { DatabaseAccess } from "../database";
import type { EnvironmentKey } from "../kms";
import type { LoadBalancer } from "../load-balancing";
import type { Network } from "../network";
import { connectionsMetric } from "./connections-metric";
import { DatadogApiKey } from "./datadog-api-key";
import { ElasticFleet } from "./elastic-fleet";
import { FleetScaling } from "./fleet-scaling";
import { NamedFleet } from "./named-fleet";
import { ServerRole } from "./server-role";
import { ServerTemplate, type ServerTemplateProps } from "./server-template";
import { ServiceFiles } from "./service-files";
import { ServiceFleet } from "./service-fleet";
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
  /** The database that servers connect to. */
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
      recoveryWindowInDays: environment.protectFromDestruction ? 30 : 0,
    });
    this.files = new ServiceFiles(this, "files", {
      bucketName: `${prefix(environment)}-services-${environment.accountId}`,
      preventDestroy: environment.protectFromDestruction,
    });
    const services = servicesOf(environment).filter(({ placement }) => placement.kind !== "own-group");
    this.role = this.createRole(this, "role", "servers", services);
    this.createNamedFleets(services);

    // A scope of their own, because a service may have any name, such as `scaling`.
    const groups = new Construct(this, "services");
    for (const service of servicesWithGroup(environment))
      this.createServiceFleet(new Construct(groups, service.name), service);
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
    new ServiceFleet(scope, "fleet", {
      name,
      environmentName: environment.name,
      template: this.createTemplate(scope, service.name, [service], {
        name,
        description: `Servers of the service ${service.name} of ${environment.name}`,
        instanceType: placement.instanceType,
        securityGroup,
        role: this.createRole(scope, "role", service.name, [service]),
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
      database: services.some((service) => service.database) ? database : undefined,
      metricsNamespace: metricsNamespace(environment),
    });
  }

  private createTemplate(
    scope: Construct,
    tableName: string,
    services: readonly PlacedService[],
    template: Pick<ServerTemplateProps, "name" | "description" | "instanceType" | "securityGroup" | "role">,
  ): ServerTemplate {
    const { environment, environmentKey, database } = this.props;
    const { servers } = environment;
    const images = services.flatMap(({ release }) => release?.image ?? []);
    const [bootObjects, objects] = this.files.createTable(scope, tableName, services);
    return new ServerTemplate(scope, "template", {
      ...template,
      environmentName: environment.name,
      imageId: images[0] ?? servers.amiId,
      rootVolumeGib: servers.rootVolumeGib,
      key: environmentKey.key,
      userData: compressedUserData({ environment, database, objects: bootObjects }),
      objects,
    });
  }
}
