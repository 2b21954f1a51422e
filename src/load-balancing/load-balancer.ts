import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { Construct } from "constructs";

import { type Environment, prefix, serverNames } from "../config";
import type { Network } from "../network";
import type { AccessLogs } from "./access-logs";
import { HostRule } from "./host-rule";
import { TargetGroup } from "./target-group";

/** Seconds without traffic after which the load balancer closes a connection; nginx keeps its own open longer. */
export const IDLE_TIMEOUT_SECONDS = 60;

/**
 * Age at which the load balancer closes a client's connection, after the response to its next request. A zonal shift is a change
 * of DNS, which open connections do not follow: with AWS's default of 3,600 seconds clients would stay on the node of a lost zone
 * for up to an hour. AWS suggests 300.
 * @see https://docs.aws.amazon.com/r53recovery/latest/dg/arc-zonal-shift.resource-types.app-load-balancers.html
 */
const CLIENT_KEEP_ALIVE_SECONDS = 300;

export interface LoadBalancerProps {
  readonly environment: Environment;
  /** Gives the public subnets, the VPC and the security group. */
  readonly network: Network;
  /** Where every request is logged. */
  readonly accessLogs: AccessLogs;
  /** ARN of a validated certificate. */
  readonly certificateArn: string;
}

/** The way in: HTTPS for every server by default, for one name's servers by host name. */
export class LoadBalancer extends Construct {
  /** The load balancer itself: its DNS name and its zone are what names lead to. */
  readonly lb: Lb;
  /** All servers, named and elastic; the Auto Scaling groups register with it. */
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
      name: `${prefix(props.environment)}-all`,
      vpcId: props.network.vpcId,
      targetType: "instance",
      crossZone: false,
    });
    this.https = this.createHttpsListener();
    this.createRedirect();
    this.createHostRules();
  }

  private createLoadBalancer(): Lb {
    const { environment, network, accessLogs } = this.props;
    return new Lb(this, "load-balancer", {
      name: prefix(environment),
      loadBalancerType: "application",
      internal: false,
      ipAddressType: "ipv4",
      subnets: network.availabilityZones.map((zone) => zone.publicSubnet.id),
      securityGroups: [network.securityGroups.edge.id],
      idleTimeout: IDLE_TIMEOUT_SECONDS,
      clientKeepAlive: CLIENT_KEEP_ALIVE_SECONDS,
      dropInvalidHeaderFields: true,
      desyncMitigationMode: "defensive",
      enableDeletionProtection: environment.protectFromDestruction,
      // On call can move all traffic out of a zone with one command, and AWS does it by itself if allowed to.
      enableZonalShift: true,
      accessLogs: { bucket: accessLogs.bucket.bucket.bucket, enabled: true },
      dependsOn: [
        // AWS tries the bucket's policy when access logs are turned on.
        accessLogs.bucket.policy,
        // AWS refuses a public load balancer in a VPC without an internet gateway ("InvalidSubnet: VPC has no internet gateway"),
        // and Terraform sees no reference to it: https://github.com/hashicorp/terraform-provider-aws/pull/4587
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
      certificateArn: this.props.certificateArn,
      defaultAction: [{ type: "forward", targetGroupArn: this.allServers.arn }],
    });
  }

  private createHostRules(): void {
    const { environment, network } = this.props;
    // A scope of their own: a server may have any name.
    const hosts = new Construct(this, "hosts");
    for (const name of serverNames(environment)) {
      new HostRule(hosts, name, { environment, name, vpcId: network.vpcId, listener: this.https });
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
