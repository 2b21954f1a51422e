import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";

import type { NamedServer } from "../config";
import type { Certificate } from "../dns";
import type { Network } from "../network";
import type { AccessLogs } from "./access-logs";
import { HostRule } from "./host-rule";
import { TargetGroup } from "./target-group";

/** Seconds without traffic after which the load balancer closes a connection. The keep-alive time of nginx is longer. */
export const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Age in seconds at which the load balancer closes a client's connection, after the response to its next request. A zonal shift
 * changes DNS, which open connections do not follow: with AWS's default of 3,600 seconds, clients could stay connected to a node in
 * an unavailable Availability Zone for an hour. AWS recommends 300.
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.app-load-balancers.html
 */
const CLIENT_KEEP_ALIVE_SECONDS = 300;

export interface LoadBalancerProps {
  /** Name of the load balancer, and what names of target groups start with. AWS allows 32 characters for each. */
  readonly name: string;
  /** Domain below which every server name gets a listener rule. */
  readonly domainName: string;
  /** VPC, public subnets and security group. */
  readonly network: Network;
  /** The named servers. */
  readonly servers: readonly NamedServer[];
  /** Bucket of the access logs. */
  readonly accessLogs: AccessLogs;
  /** Certificate of the HTTPS listener. */
  readonly certificate: Certificate;
  /** Deletion protection of the load balancer. @default true */
  readonly deletionProtection?: boolean;
}

/** The Application Load Balancer: HTTPS to all servers by default, to the servers of one name by host header. */
export class LoadBalancer extends Construct {
  /** The load balancer, target of the alias records. */
  readonly lb: Lb;
  /** Target group of all servers, named and elastic. The Auto Scaling groups register their instances in it. */
  readonly allServers: TargetGroup;
  private readonly https: LbListener;

  constructor(
    scope: Construct,
    id: string,
    private readonly props: LoadBalancerProps,
  ) {
    super(scope, id);
    this.lb = this.createLoadBalancer();
    this.allServers = new TargetGroup(this, "all-servers", {
      name: `${props.name}-all`,
      vpcId: props.network.vpcId,
      targetType: "instance",
      crossZone: false,
    });
    this.https = this.createHttpsListener();
    this.createRedirect();
    this.createHostRules();
  }

  private createLoadBalancer(): Lb {
    const { name, network, accessLogs, deletionProtection = true } = this.props;
    return new Lb(this, "load-balancer", {
      name,
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: network.availabilityZones.map((zone) => zone.publicSubnet.id),
      securityGroups: [network.securityGroups.edge.id],
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      clientKeepAlive: CLIENT_KEEP_ALIVE_SECONDS,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: deletionProtection,
      // Lets people, and AWS by zonal autoshift, move traffic away from an Availability Zone.
      enableZonalShift: true,
      accessLogs: { bucket: accessLogs.bucket.bucket.bucket, enabled: true },
      dependsOn: [
        // AWS writes a test object when access logs are enabled, which needs the bucket policy.
        accessLogs.bucket.policy,
        // AWS rejects a public load balancer in a VPC without an internet gateway ("InvalidSubnet: VPC has no internet gateway"),
        // and no argument refers to the gateway: https://github.com/hashicorp/terraform-provider-aws/pull/4587
        ...network.availabilityZones.flatMap((zone) => zone.publicRoutes),
      ],
    });
  }

  private createHttpsListener(): LbListener {
    return new LbListener(this, "https", {
      loadBalancerArn: this.lb.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: this.props.certificate.validatedArn,
      defaultAction: [{ type: "forward", targetGroupArn: this.allServers.arn }],
    });
  }

  private createHostRules(): void {
    const { domainName, network, servers } = this.props;
    // A scope of their own, because a server may have any name, such as `https`.
    const hosts = new Construct(this, "hosts");
    for (const name of new Set(servers.map((server) => server.name))) {
      new HostRule(hosts, name, {
        host: `${name}.${domainName}`,
        listener: this.https,
        targetGroupName: `${this.props.name}-${name}`,
        vpcId: network.vpcId,
        servers: servers.filter((server) => server.name === name),
      });
    }
  }

  private createRedirect(): void {
    new LbListener(this, "http", {
      loadBalancerArn: this.lb.arn,
      port: 80,
      protocol: "HTTP",
      defaultAction: [{ type: "redirect", redirect: { protocol: "HTTPS", port: "443", statusCode: "HTTP_301" } }],
    });
  }
}
