import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import { Construct } from "constructs";

import {
  addressTable,
  applyRoleArn,
  boundaryArn,
  databasesOf,
  databaseUserSecretName,
  type Environment,
  hostsOf,
  maxConnections,
  prefix,
  servicesOf,
  servicesWithGroup,
} from "../config";
import { DatabaseUser, Postgres, Proxy } from "../database";
import { Certificate, LoadBalancerNames, PrivateHostedZone, PublicHostedZone } from "../dns";
import { EnvironmentKey } from "../kms";
import { AccessLogs, LoadBalancer } from "../load-balancing";
import { Network } from "../network";
import { Servers } from "../servers";
import { EnvironmentStack } from "./environment-stack";

/** The only region in which Route 53 logs queries. */
const QUERY_LOG_REGION = "us-east-1";

/** `<env>`: everything that serves requests, from the client to the data. */
export class PlatformStack extends EnvironmentStack {
  /** The servers. What they may use is granted to their role. */
  readonly servers: Servers;

  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { accountId, region, domain: domainName, logRetentionDays } = environment;
    const { proxyZones, ...database } = environment.database;
    const name = prefix(environment);
    const namedServers = addressTable(environment);
    const preventDestroy = environment.protectFromDestruction;
    const permissionsBoundaryArn = boundaryArn(environment);
    const environmentKey = new EnvironmentKey(this, "encryption", {
      name,
      environmentName: environment.name,
      accountId,
      region,
      ciApplyRoleArn: applyRoleArn(environment),
      preventDestroy,
    });
    const { key } = environmentKey;
    const network = new Network(this, "network", {
      name,
      accountId,
      region,
      cidrBlock: environment.vpcCidr,
      availabilityZones: environment.zones,
      interfaceEndpoints: environment.interfaceEndpoints,
      services: Object.fromEntries(
        servicesWithGroup(environment).map((service) => [service.name, { database: service.database !== undefined }]),
      ),
      flowLogGroupName: `/dev-one/${environment.name}/flow-logs`,
      flowLogRetentionDays: logRetentionDays,
      key,
      permissionsBoundaryArn,
      preventDestroy,
    });

    const { hostedZone } = new PublicHostedZone(this, "dns", {
      zoneName: domainName,
      comment: `Public names of ${environment.name}`,
      securityContact: environment.securityContact,
      delegations: environment.delegations,
      queryLogProvider: this.queryLogProvider(),
      queryLogPolicyName: `${name}-route53-query-log`,
      queryLogRetentionDays: logRetentionDays,
      accountId,
      preventDestroy,
    });
    const certificate = new Certificate(this, "certificate", { domainName, hostedZone });
    const accessLogs = new AccessLogs(this, "access-logs", {
      bucketName: `${name}-access-logs-${accountId}`,
      accountId,
      region,
      retentionDays: logRetentionDays,
      preventDestroy,
    });
    const loadBalancer = new LoadBalancer(this, "edge", {
      name,
      network,
      servers: namedServers,
      services: servicesOf(environment),
      hosts: hostsOf(environment),
      accessLogs,
      certificate,
      deletionProtection: preventDestroy,
    });
    new LoadBalancerNames(this, "names", { domainName, hostedZone, loadBalancer: loadBalancer.lb });

    const postgres = new Postgres(this, "database", {
      identifier: `${name}-postgres`,
      environmentName: environment.name,
      region,
      accountId,
      network,
      key,
      ...database,
      maxConnections: maxConnections(environment),
      logRetentionDays,
      permissionsBoundaryArn,
      deletionProtection: preventDestroy,
    });
    // A scope of their own, because a service may have any name.
    const databaseUsers = new Construct(this, "database-users");
    const users = databasesOf(environment).map(
      ({ service, user }) =>
        new DatabaseUser(databaseUsers, service, {
          secretName: databaseUserSecretName(environment, service),
          user,
          key,
          recoveryWindowInDays: preventDestroy ? 30 : 0,
        }),
    );
    const proxy = new Proxy(this, "proxy", {
      name,
      region,
      accountId,
      network,
      availabilityZoneNames: proxyZones,
      postgres,
      users,
      key,
      logRetentionDays,
      permissionsBoundaryArn,
    });
    this.servers = new Servers(this, "servers", {
      environment,
      network,
      environmentKey,
      loadBalancer,
      database: proxy,
    });
    new PrivateHostedZone(this, "private-dns", {
      zoneName: domainName,
      comment: `Private names of ${environment.name}`,
      vpcId: network.vpcId,
      loadBalancer: loadBalancer.lb,
      servers: namedServers,
      databaseEndpoint: proxy.endpoint,
    });

    this.output(
      "name_servers",
      "Name servers of the public zone: what the registrar, or the parent zone, delegates to.",
      hostedZone.nameServers,
    );
    this.output("load_balancer_dns_name", "Host name of the load balancer.", loadBalancer.lb.dnsName);
    this.output("proxy_endpoint", "Host name of the RDS Proxy, inside the VPC.", proxy.endpoint);
    this.output(
      "outgoing_addresses",
      "Addresses that the world sees, by zone: for the allow lists of partners.",
      Object.fromEntries(network.availabilityZones.map((zone) => [zone.name, zone.natAddress.publicIp])),
    );
  }

  private queryLogProvider(): AwsProvider {
    if (this.environment.region === QUERY_LOG_REGION) return this.provider;
    return new AwsProvider(this, "aws-query-log", { ...this.providerConfig(QUERY_LOG_REGION), alias: "query-log" });
  }

  private output(name: string, description: string, value: unknown): void {
    new TerraformOutput(this, name, { description, value }).overrideLogicalId(name);
  }
}
