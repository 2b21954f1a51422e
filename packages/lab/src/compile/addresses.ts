import { UserError } from "@dev-one/cli/user-error";
import type { Resource } from "@dev-one/terraform-json/resources";
import { type Stack } from "@dev-one/terraform-json/resources";
import { readUserData } from "@dev-one/terraform-json/user-data";

import { addressText, range } from "./ipv4";
import { oneOf, requiredTarget, requiredText } from "./read";

export interface Zone {
  /** Such as `use1-az2`. */
  readonly id: string;
  /** Such as `zone-1`, in the order of the construct paths. */
  readonly name: string;
}

export interface Subnet {
  readonly address: string;
  readonly cidr: string;
  readonly zone: string;
  /** The addresses that AWS assigns: those that neither it nor a reservation keeps. */
  readonly assignable: readonly string[];
}

/** A stranger is a host of the lab without security groups: what it cannot reach, the rules of the target alone refuse. */
export type HostKind = "server" | "load-balancer" | "nat" | "endpoint" | "proxy" | "database" | "stranger";

/** A host with a network interface in a subnet. */
export interface ModelHost {
  readonly name: string;
  readonly kind: HostKind;
  readonly address: string;
  readonly subnet: string;
  /** Name of its Availability Zone. */
  readonly zone: string;
  /** Addresses of its security groups in the stack; none for a NAT gateway and the stranger, which have none. */
  readonly groups: readonly string[];
  /** Elastic IP of a NAT gateway, or public address of a load balancer node. */
  readonly publicAddress?: string;
  /** Address of the resource that it is made from: an Auto Scaling group, a load balancer, ... */
  readonly resource: string;
}

export interface Network {
  readonly cidr: string;
  /** The VPC's resolver: the network address plus two, as on AWS. */
  readonly resolver: string;
  readonly zones: readonly Zone[];
  readonly subnets: readonly Subnet[];
  readonly hosts: readonly ModelHost[];
}

/** Documentation addresses (RFC 5737) stand for what AWS assigns at the apply: load balancer nodes from .10, Elastic IPs from .100. */
const PUBLIC = "203.0.113.";
/** AWS keeps the first four addresses of a subnet and its last one. */
const RESERVED_FIRST = 4;

/**
 * The hosts of a stack with the addresses that AWS gives them: those of the table where reservations leave no other, otherwise the
 * first free ones of the subnet.
 * @param elasticServers servers of each group whose minimum is zero
 */
export function compileAddresses(stack: Stack, elasticServers: number): Network {
  const vpc = stack.only("aws_vpc");
  const cidr = requiredText(vpc, "cidr_block");
  const zones: Zone[] = [];
  const subnets = stack.of("aws_subnet").map((subnet): Subnet => {
    const id = requiredText(subnet, "availability_zone_id");
    let zone = zones.find((each) => each.id === id);
    if (zone === undefined) zones.push((zone = { id, name: `zone-${zones.length + 1}` }));
    const range = requiredText(subnet, "cidr_block");
    return { address: subnet.address, cidr: range, zone: zone.name, assignable: assignableIn(stack, subnet) };
  });
  const pool = new Pool(subnets);
  const hosts = [
    ...serversOf(stack, pool, elasticServers),
    ...loadBalancerNodes(stack, pool),
    ...natGateways(stack, pool),
    ...interfaces(stack, pool, "aws_vpc_endpoint", "subnet_ids", "security_group_ids", "endpoint"),
    ...interfaces(stack, pool, "aws_db_proxy", "vpc_subnet_ids", "vpc_security_group_ids", "proxy"),
    ...databaseHosts(stack, pool),
    ...strangers(stack, pool),
  ];
  return { cidr, resolver: addressText(range(cidr).first + 2), zones, subnets, hosts };
}

function assignableIn(stack: Stack, subnet: Resource): string[] {
  const { first, size } = range(requiredText(subnet, "cidr_block"));
  const taken = stack.referring("aws_ec2_subnet_cidr_reservation", "subnet_id", subnet).map((reservation) => {
    oneOf(reservation, "reservation_type", ["explicit"]);
    return range(requiredText(reservation, "cidr_block"));
  });
  const numbers = Array.from({ length: size - RESERVED_FIRST - 1 }, (_, index) => first + RESERVED_FIRST + index);
  const isFree = (number: number) => !taken.some((each) => number >= each.first && number < each.first + each.size);
  return numbers.filter(isFree).map(addressText);
}

class Pool {
  private readonly free: ReadonlyMap<string, string[]>;

  constructor(private readonly subnets: readonly Subnet[]) {
    this.free = new Map(subnets.map(({ address, assignable }) => [address, [...assignable]]));
  }

  /** The next free address of a subnet. @throws UserError when it has none */
  host(
    name: (zone: string) => string,
    kind: HostKind,
    subnet: Resource,
    { resource, groups }: { readonly resource: Resource; readonly groups: readonly Resource[] },
  ): ModelHost {
    const own = this.free.get(subnet.address)?.shift();
    const zone = this.subnets.find((each) => each.address === subnet.address)?.zone ?? "";
    if (own === undefined) {
      throw new UserError(`${subnet.address}: it has no free address for ${resource.address}; make the subnet larger.`);
    }
    return {
      name: name(zone),
      kind,
      address: own,
      subnet: subnet.address,
      zone,
      groups: groups.map(({ address }) => address),
      resource: resource.address,
    };
  }
}

const subnetsIn = (resource: Resource, argument: string): Resource[] =>
  resource.targets(argument).filter(({ type }) => type === "aws_subnet");

function serversOf(stack: Stack, pool: Pool, elasticServers: number): ModelHost[] {
  const shared = `${stack.of("aws_lb")[0]?.text("name") ?? ""}-`;
  return stack.of("aws_autoscaling_group").flatMap((group) => {
    const template = templateOf(group);
    const table = addressTable(template);
    const minimum = group.number("min_size") ?? 0;
    const count = group.number("desired_capacity") ?? (minimum === 0 ? elasticServers : minimum);
    const subnets = subnetsIn(group, "vpc_zone_identifier");
    const groups = template.targets("vpc_security_group_ids");
    return Array.from({ length: count }, (_, index) => {
      const subnet = subnets[index % subnets.length];
      if (subnet === undefined)
        throw new UserError(`${group.address}: vpc_zone_identifier names no subnet of the stack.`);
      const own = `${requiredText(group, "name").replace(shared, "")}-${index + 1}`;
      const host = pool.host(() => own, "server", subnet, { resource: group, groups });
      const named = table.get(host.address);
      return named === undefined ? host : { ...host, name: `${named}-${host.zone}` };
    });
  });
}

/** The launch template of an Auto Scaling group. */
export function templateOf(group: Resource): Resource {
  const template = group.block("launch_template")?.target("id");
  if (template?.type !== "aws_launch_template") {
    throw new UserError(`${group.address}: launch_template names no launch template of the stack.`);
  }
  return template;
}

/** Name of a server by its address, as servers read it at boot. */
function addressTable(template: Resource): ReadonlyMap<string, string> {
  const { files } = readUserData(template.template("user_data") ?? "");
  const content = files.find(({ path }) => path === "/etc/dev-one/addresses")?.content ?? "";
  return new Map(
    content.split("\n").flatMap((line): [string, string][] => {
      const [address = "", name = ""] = line.split(/\s+/);
      return /^[\d.]+$/.test(address) ? [[address, name]] : [];
    }),
  );
}

function loadBalancerNodes(stack: Stack, pool: Pool): ModelHost[] {
  const all = stack.of("aws_lb").flatMap((balancer) => {
    const groups = balancer.targets("security_groups");
    return subnetsIn(balancer, "subnets").map((subnet) =>
      pool.host((zone) => `load-balancer-${zone}`, "load-balancer", subnet, { resource: balancer, groups }),
    );
  });
  return all.map((host, index) => ({ ...host, publicAddress: `${PUBLIC}${10 + index}` }));
}

function natGateways(stack: Stack, pool: Pool): ModelHost[] {
  const elasticIps = stack.of("aws_eip");
  return stack.of("aws_nat_gateway").map((gateway, position, gateways) => {
    const sharing = gateways
      .slice(0, position)
      .find((each) => each.target("allocation_id") === gateway.target("allocation_id"));
    if (sharing !== undefined) {
      throw new UserError(
        `${gateway.address}: allocation_id is that of ${sharing.address}, and an Elastic IP has one NAT gateway.`,
      );
    }
    oneOf(gateway, "connectivity_type", ["public"]);
    const subnet = requiredTarget(gateway, "subnet_id", "aws_subnet");
    const index = elasticIps.indexOf(requiredTarget(gateway, "allocation_id", "aws_eip"));
    const host = pool.host((zone) => `nat-${zone}`, "nat", subnet, { resource: gateway, groups: [] });
    return { ...host, publicAddress: `${PUBLIC}${100 + index}` };
  });
}

function interfaces(
  stack: Stack,
  pool: Pool,
  type: string,
  subnets: string,
  groups: string,
  kind: "endpoint" | "proxy",
): ModelHost[] {
  const withInterfaces = stack.of(type).filter((each) => each.text("vpc_endpoint_type") !== "Gateway");
  return withInterfaces.flatMap((resource) => {
    const name = kind === "endpoint" ? `endpoint-${resource.text("service_name")?.split(".").at(-1) ?? ""}` : kind;
    return subnetsIn(resource, subnets).map((subnet) =>
      pool.host((zone) => `${name}-${zone}`, kind, subnet, { resource, groups: resource.targets(groups) }),
    );
  });
}

/** The primary in the first subnet of its group; with Multi-AZ a standby in the second. AWS chooses the zones itself. */
function databaseHosts(stack: Stack, pool: Pool): ModelHost[] {
  return stack.of("aws_db_instance").flatMap((instance) => {
    const subnets = subnetsIn(requiredTarget(instance, "db_subnet_group_name", "aws_db_subnet_group"), "subnet_ids");
    const groups = instance.targets("vpc_security_group_ids");
    return subnets
      .slice(0, instance.flag("multi_az") === true ? 2 : 1)
      .map((subnet) => pool.host((zone) => `database-${zone}`, "database", subnet, { resource: instance, groups }));
  });
}

/** One in the first subnet of the load balancer, where addresses are free. */
function strangers(stack: Stack, pool: Pool): ModelHost[] {
  const balancers = stack.of("aws_lb").slice(0, 1);
  return balancers.flatMap((resource) =>
    subnetsIn(resource, "subnets")
      .slice(0, 1)
      .map((subnet) => pool.host(() => "stranger", "stranger", subnet, { resource, groups: [] })),
  );
}
