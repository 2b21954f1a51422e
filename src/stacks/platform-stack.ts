import { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { TerraformOutput } from "cdktf";
import type { Construct } from "constructs";

import { applyRoleArn, boundaryArn, type Environment, prefix } from "../config";
import { Postgres, Proxy } from "../database";
import { Certificate, LoadBalancerNames, PrivateZone, PublicZone } from "../dns";
import { EnvironmentKey } from "../kms";
import { AccessLogs, LoadBalancer } from "../load-balancing";
import { Network } from "../network";
import { Servers } from "../servers";
import { EnvironmentStack } from "./environment-stack";

/** Route 53 writes its query logs in this region only. */
const QUERY_LOG_REGION = "us-east-1";

/** `<env>`: everything that serves, from the client to the data. */
export class PlatformStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment) {
    super(scope, id, environment);
    const { accountId, region, logRetentionDays } = environment;
    const preventDestroy = environment.protectFromDestruction;
    const name = prefix(environment);
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
      flowLogGroupName: `/dev-one/${environment.name}/flow-logs`,
      flowLogRetentionDays: logRetentionDays,
      key,
      permissionsBoundaryArn,
      preventDestroy,
    });

    const publicZone = new PublicZone(this, "dns", { environment, queryLogProvider: this.queryLogProvider() });
    const certificate = new Certificate(this, "certificate", { environment, zone: publicZone.zone });
    const accessLogs = new AccessLogs(this, "access-logs", {
      bucketName: `${name}-access-logs-${accountId}`,
      accountId,
      region,
      retentionDays: logRetentionDays,
      preventDestroy,
    });
    const edge = new LoadBalancer(this, "edge", {
      environment,
      network,
      accessLogs,
      certificateArn: certificate.validatedArn,
    });
    new LoadBalancerNames(this, "names", { environment, zone: publicZone.zone, loadBalancer: edge.lb });

    const postgres = new Postgres(this, "database", { environment, network, key });
    const proxy = new Proxy(this, "proxy", { environment, network, postgres, key });
    new Servers(this, "servers", {
      environment,
      network,
      environmentKey,
      loadBalancer: edge.lb,
      targetGroupArn: edge.allServers.arn,
      database: proxy.access,
    });
    new PrivateZone(this, "private-dns", {
      environment,
      vpcId: network.vpcId,
      loadBalancer: edge.lb,
      databaseEndpoint: proxy.endpoint,
    });

    this.output(
      "name_servers",
      "Name servers of the public zone: what the registrar, or the parent zone, delegates to.",
      publicZone.zone.nameServers,
    );
    this.output("load_balancer_dns_name", "Host name of the load balancer.", edge.lb.dnsName);
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
