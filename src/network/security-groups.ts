import { SecurityGroup } from "@cdktf/provider-aws/lib/security-group";
import { VpcSecurityGroupEgressRule } from "@cdktf/provider-aws/lib/vpc-security-group-egress-rule";
import { VpcSecurityGroupIngressRule } from "@cdktf/provider-aws/lib/vpc-security-group-ingress-rule";
import { Construct } from "constructs";

import { type Environment, prefix, resolverCidr } from "../config";
import type { Vpc } from "./vpc";

export interface SecurityGroupsProps {
  readonly environment: Environment;
  /** The VPC that the groups belong to. */
  readonly network: Vpc;
}

type Peer = SecurityGroup | { readonly cidr: string; readonly name: string };

type Protocol = "tcp" | "udp";

const ANYWHERE: Peer = { cidr: "0.0.0.0/0", name: "anywhere" };

/** Who may talk to whom: the whole of it, in the order in which a request travels. One rule is one resource. */
export class SecurityGroups extends Construct {
  /** The load balancer's. */
  readonly edge: SecurityGroup;
  /** That of all servers, named and elastic. */
  readonly servers: SecurityGroup;
  /** RDS Proxy's. */
  readonly proxy: SecurityGroup;
  /** PostgreSQL's. */
  readonly database: SecurityGroup;
  /** Only where the environment has interface endpoints. */
  readonly endpoints: SecurityGroup | undefined;

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

    this.allowOut(this.servers, ANYWHERE, 443, "HTTPS to the world, through NAT");
    const resolver: Peer = { cidr: resolverCidr(props.environment), name: "resolver" };
    this.allowOut(this.servers, resolver, 53, "DNS over TCP to the resolver of the VPC");
    this.allowOut(this.servers, resolver, 53, "DNS over UDP to the resolver of the VPC", "udp");

    if (props.environment.interfaceEndpoints) {
      this.endpoints = this.createGroup("endpoints", "Interface endpoints of AWS services");
      // The servers' way out on 443 already covers the endpoints.
      this.allowIn(this.endpoints, this.servers, 443, "HTTPS from the servers");
    }
  }

  private createGroup(role: string, description: string): SecurityGroup {
    return new SecurityGroup(this, role, {
      name: `${prefix(this.props.environment)}-${role}`,
      description,
      vpcId: this.props.network.vpc.id,
      // Rules that AWS or people add by hand would otherwise keep a group from being deleted.
      revokeRulesOnDelete: true,
      tags: { Name: `${prefix(this.props.environment)}-${role}` },
    });
  }

  /** Opens a port from one group to another, at both ends. */
  private connect(from: SecurityGroup, to: SecurityGroup, port: number, description: string): void {
    this.allowOut(from, to, port, description);
    this.allowIn(to, from, port, description);
  }

  private allowIn(group: SecurityGroup, peer: Peer, port: number, description: string): void {
    const id = ruleId(group, "from", peer, port, "tcp");
    new VpcSecurityGroupIngressRule(this, id, rule(group, peer, port, "tcp", description));
  }

  private allowOut(
    group: SecurityGroup,
    peer: Peer,
    port: number,
    description: string,
    protocol: Protocol = "tcp",
  ): void {
    const id = ruleId(group, "to", peer, port, protocol);
    new VpcSecurityGroupEgressRule(this, id, rule(group, peer, port, protocol, description));
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
