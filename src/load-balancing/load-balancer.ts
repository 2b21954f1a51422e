import { Lb } from "@cdktf/provider-aws/lib/lb";
import { LbListener } from "@cdktf/provider-aws/lib/lb-listener";
import { LbListenerRule } from "@cdktf/provider-aws/lib/lb-listener-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import { type Host, LAST_PRIORITY, type NamedServer, type PlacedService, prioritiesOf } from "../config";
import type { Certificate } from "../dns";
import type { Network } from "../network";
import type { AccessLogs } from "./access-logs";
import { addressTargets } from "./address-targets";
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
  /** VPC, public subnets and security group. */
  readonly network: Network;
  /** The named servers. */
  readonly servers: readonly NamedServer[];
  /** The services. */
  readonly services: readonly PlacedService[];
  /** Every host name that gets a listener rule. */
  readonly hosts: readonly Host[];
  /** Bucket of the access logs. */
  readonly accessLogs: AccessLogs;
  /** Certificate of the HTTPS listener. */
  readonly certificate: Certificate;
  /** Deletion protection of the load balancer. @default true */
  readonly deletionProtection?: boolean;
}

/**
 * The Application Load Balancer. By default it forwards HTTPS requests to the service with the wildcard; by host header, to the other
 * services and to the servers of one name. Every other request gets 404.
 */
export class LoadBalancer extends Construct {
  /** The load balancer, target of the alias records. */
  readonly lb: Lb;
  /** Target group of all servers, named and elastic. The Auto Scaling groups register their instances in it. */
  readonly allServers: TargetGroup;
  /** Target group of each service, by its name. */
  private readonly services: ReadonlyMap<string, TargetGroup>;
  /** What forwards requests to each target group. */
  private readonly routes = new Map<TargetGroup, ITerraformDependable[]>();

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
    // A scope of their own, because a service or server may have any name, such as `https`.
    const hosts = new Construct(this, "hosts");
    this.services = new Map(props.services.map((service) => [service.name, this.createTargets(hosts, service)]));
    this.createRules(hosts, this.createHttpsListener());
    this.createRedirect();
  }

  /**
   * Target group of a service.
   * @throws RangeError when there is no such service
   */
  targetGroupOf(service: string): TargetGroup {
    const found = this.services.get(service);
    if (found === undefined) throw new RangeError(`There is no service ${service}`);
    return found;
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

  /** Listener, or listener rules, that forward requests to a service. */
  routesOf(service: string): readonly ITerraformDependable[] {
    return this.routes.get(this.targetGroupOf(service)) ?? [];
  }

  private createTargets(hosts: Construct, { name, placement }: PlacedService): TargetGroup {
    const { network, servers } = this.props;
    const props = { name: `${this.props.name}-${name}`, vpcId: network.vpcId };
    switch (placement.kind) {
      case "all-servers":
        return this.allServers;
      case "some-names":
        return addressTargets(childOf(hosts, name), {
          ...props,
          servers: servers.filter((server) => placement.names.includes(server.name)),
        });
      case "own-group":
        return new TargetGroup(childOf(hosts, name), "targets", {
          ...props,
          targetType: "instance",
          // A zone must have a healthy target in each group without it, and would leave DNS for all services.
          crossZone: true,
        });
    }
  }

  private createHttpsListener(): LbListener {
    const byDefault = this.props.services.find(({ wildcard }) => wildcard);
    const listener = new LbListener(this, "https", {
      loadBalancerArn: this.lb.arn,
      port: 443,
      protocol: "HTTPS",
      sslPolicy: "ELBSecurityPolicy-TLS13-1-2-2021-06",
      certificateArn: this.props.certificate.validatedArn,
      defaultAction: [
        byDefault === undefined
          ? {
              type: "fixed-response",
              fixedResponse: {
                contentType: "text/plain",
                messageBody: "No service has this name.\n",
                statusCode: "404",
              },
            }
          : { type: "forward", targetGroupArn: this.targetGroupOf(byDefault.name).arn },
      ],
    });
    if (byDefault !== undefined) this.routes.set(this.targetGroupOf(byDefault.name), [listener]);
    return listener;
  }

  private createRules(scope: Construct, listener: LbListener): void {
    const { hosts, network, servers } = this.props;
    const priorities = prioritiesOf(hosts.map(({ label }) => label));
    for (const { label, name: host, target } of hosts) {
      const id = "server" in target ? target.server : target.service;
      const parent = childOf(scope, id);
      const targetGroup =
        "service" in target
          ? this.targetGroupOf(target.service)
          : addressTargets(parent, {
              name: `${this.props.name}-${label}`,
              vpcId: network.vpcId,
              servers: servers.filter(({ name }) => name === label),
            });
      const priority = priorities.get(label) ?? LAST_PRIORITY;
      const rule = new HostRule(parent, label === id ? "rule" : `rule-${label}`, {
        host,
        priority,
        listener,
        targetGroup,
      });
      this.routes.set(targetGroup, [...(this.routes.get(targetGroup) ?? []), rule]);
    }
    if (!this.routes.has(this.allServers)) this.createRuleWithoutRequests(listener);
  }

  /**
   * A rule that matches no request. The load balancer checks the health only of target groups that a listener uses, and Auto Scaling
   * replaces servers by the health in the target group of all servers.
   * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html (Target.NotInUse)
   */
  private createRuleWithoutRequests(listener: LbListener): void {
    new LbListenerRule(this, "health-of-all-servers", {
      listenerArn: listener.arn,
      priority: LAST_PRIORITY,
      // No request comes from there.
      condition: [{ sourceIp: { values: ["127.0.0.1/32"] } }],
      action: [{ type: "forward", targetGroupArn: this.allServers.arn }],
      tags: { Name: "health of all servers" },
    });
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

/** The construct of a service or server in the scope of all hosts. */
function childOf(scope: Construct, id: string): Construct {
  const child = scope.node.tryFindChild(id);
  return child instanceof Construct ? child : new Construct(scope, id);
}
