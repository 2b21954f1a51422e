import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";

import { resolverCidr } from "../config";

export interface SecurityGroupsProps {
  /** What the names of the groups start with, such as `dev-one-staging`. */
  readonly name: string;
  /** Id of the VPC. */
  readonly vpcId: string;
  /** CIDR of the VPC, from which the address of its DNS resolver follows. */
  readonly cidrBlock: string;
  /** Services with a group of their own: whether each connects to the database, by name. @default none */
  readonly services?: Readonly<Record<string, { readonly database: boolean }>>;
  /** Creates the group of interface endpoints. @default false */
  readonly interfaceEndpoints?: boolean;
}

type Peer = SecurityGroup | { readonly cidr: string; readonly name: string };

type Protocol = "tcp" | "udp";

const ANYWHERE: Peer = { cidr: "0.0.0.0/0", name: "anywhere" };

/** Every security group rule, in the order in which a request passes them. Each rule is a resource of its own. */
export class SecurityGroups extends Construct {
  /** Of the load balancer. */
  readonly edge: SecurityGroup;
  /** Of the named servers and the elastic group. */
  readonly servers: SecurityGroup;
  /** Of each service with a group of its own, by its name. */
  readonly services: ReadonlyMap<string, SecurityGroup>;
  /** Of RDS Proxy. */
  readonly proxy: SecurityGroup;
  /** Of PostgreSQL. */
  readonly database: SecurityGroup;
  /** Of the interface endpoints; undefined without them. */
  readonly endpoints: SecurityGroup | undefined;
  private readonly rules = new Map<SecurityGroup, ITerraformDependable[]>();

  constructor(
    scope: Construct,
    id: string,
    private readonly props: SecurityGroupsProps,
  ) {
    super(scope, id);
    this.edge = this.createGroup("edge", "Load balancer");
    this.servers = this.createGroup("servers", "Named and elastic servers");
    this.proxy = this.createGroup("proxy", "RDS Proxy");
    this.database = this.createGroup("database", "PostgreSQL");

    this.allowIn(this.edge, ANYWHERE, 443, "HTTPS from clients");
    this.allowIn(this.edge, ANYWHERE, 80, "HTTP from clients, redirected to HTTPS");
    this.connect(this.edge, this.servers, 80, "HTTP from the load balancer");
    this.connect(this.servers, this.proxy, 5432, "PostgreSQL through RDS Proxy");
    this.connect(this.proxy, this.database, 5432, "PostgreSQL from RDS Proxy");

    this.allowOutbound(this.servers);
    this.services = new Map(
      Object.entries(props.services ?? {}).map(([service, { database }]) => {
        const group = this.createGroup(service, `Servers of the service ${service}`);
        this.connect(this.edge, group, 80, `HTTP from the load balancer to ${service}`);
        if (database) this.connect(group, this.proxy, 5432, `PostgreSQL through RDS Proxy for ${service}`);
        this.allowOutbound(group);
        return [service, group];
      }),
    );

    if (props.interfaceEndpoints === true) {
      this.endpoints = this.createGroup("endpoints", "Interface endpoints of AWS services");
      // The servers' egress rules to 0.0.0.0/0 on port 443 cover the endpoints.
      for (const group of [this.servers, ...this.services.values()]) {
        this.allowIn(this.endpoints, group, 443, "HTTPS from the servers");
      }
    }
  }

  /** The rules of a group. What needs a connection as soon as it exists depends on them. */
  rulesOf(group: SecurityGroup): readonly ITerraformDependable[] {
    return this.rules.get(group) ?? [];
  }

  /** What every server needs: HTTPS, and the DNS resolver of the VPC. */
  private allowOutbound(group: SecurityGroup): void {
    const resolver: Peer = { cidr: resolverCidr({ vpcCidr: this.props.cidrBlock }), name: "resolver" };
    this.allowOut(group, ANYWHERE, 443, "HTTPS to 0.0.0.0/0 through the NAT gateways");
    this.allowOut(group, resolver, 53, "DNS over TCP to the resolver of the VPC");
    this.allowOut(group, resolver, 53, "DNS over UDP to the resolver of the VPC", "udp");
  }

  private createGroup(role: string, description: string): SecurityGroup {
    return new SecurityGroup(this, role, {
      name: `${this.props.name}-${role}`,
      description,
      vpcId: this.props.vpcId,
      // Otherwise AWS refuses to delete a group that another group's rule, added outside Terraform, refers to.
      revokeRulesOnDelete: true,
      tags: { Name: `${this.props.name}-${role}` },
    });
  }

  /** Opens a port from one group to another, at both ends. */
  private connect(from: SecurityGroup, to: SecurityGroup, port: number, description: string): void {
    this.allowOut(from, to, port, description);
    this.allowIn(to, from, port, description);
  }

  private allowIn(group: SecurityGroup, peer: Peer, port: number, description: string): void {
    const id = ruleId(group, "from", peer, port, "tcp");
    this.add(group, new VpcSecurityGroupIngressRule(this, id, rule(group, peer, port, "tcp", description)));
  }

  private allowOut(
    group: SecurityGroup,
    peer: Peer,
    port: number,
    description: string,
    protocol: Protocol = "tcp",
  ): void {
    const id = ruleId(group, "to", peer, port, protocol);
    this.add(group, new VpcSecurityGroupEgressRule(this, id, rule(group, peer, port, protocol, description)));
  }

  private add(group: SecurityGroup, added: ITerraformDependable): void {
    this.rules.set(group, [...this.rulesOf(group), added]);
  }
}

function rule(group: SecurityGroup, peer: Peer, port: number, ipProtocol: Protocol, description: string) {
  return { securityGroupId: group.id, ...target(peer), ipProtocol, fromPort: port, toPort: port, description };
}

function ruleId(group: SecurityGroup, direction: "from" | "to", peer: Peer, port: number, protocol: Protocol): string {
  return `${group.node.id}-${direction}-${peer instanceof SecurityGroup ? peer.node.id : peer.name}-${protocol}-${port}`;
}

function target(peer: Peer): { referencedSecurityGroupId: string } | { cidrIpv4: string } {
  return peer instanceof SecurityGroup ? { referencedSecurityGroupId: peer.id } : { cidrIpv4: peer.cidr };
}
