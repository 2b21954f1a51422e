import { printable } from "@dev-one/cli/printable";

import { type Context, type Factor, many, NoPrice, type Part } from "../context";
import { amount, sum } from "../money";

/** Listener rules of a load balancer that cost nothing. */
const FREE_RULES = 10;

/** AWS bills data transfer between Availability Zones in each direction. */
const BOTH_ENDS: Factor = { value: 2, label: "ends" };

export const network: Part = {
  name: "network",
  types: ["aws_nat_gateway", "aws_eip", "aws_vpc_endpoint"],
  addLines(context) {
    const { natOut, natIn } = context.assumptions;
    const gateways = context.count("aws_nat_gateway");
    if (gateways > 0) {
      context.line("NAT gateways", "natHour", many(gateways, "gateway"), context.hours);
      const processed = { value: natOut + natIn, label: "GB in and out", assumed: true };
      context.line("Processed by NAT gateways", "natGigabyte", processed);
    }
    addAddresses(context);
    addEndpoints(context);
    addTransferBetweenZones(context, gateways, natOut + natIn);
    addInternet(context, gateways > 0 ? natOut : 0);
  },
};

/** Every public IPv4 address in use: Elastic IPs, and one of the load balancer in each of its zones. */
function addAddresses(context: Context): void {
  const elastic = context.count("aws_eip");
  const nodes = context.each("aws_lb", (balancer) =>
    balancer.flag("internal") === true ? 0 : balancer.targets("subnets").length || context.zones,
  );
  const balancers = sum(nodes);
  if (elastic + balancers === 0) return;
  const addresses = { value: elastic + balancers, label: `addresses (${elastic} elastic, ${balancers} load balancer)` };
  context.line("Public IPv4 addresses", "publicIpv4Hour", addresses, context.hours);
}

function addEndpoints(context: Context): void {
  const endpoints = context
    .each("aws_vpc_endpoint", (each) =>
      each.text("vpc_endpoint_type") === "Interface" ? each.targets("subnet_ids").length || context.zones : 0,
    )
    .filter((interfaces) => interfaces > 0);
  if (endpoints.length === 0) return;
  const interfaces = { value: sum(endpoints), label: `interfaces of ${endpoints.length} endpoints` };
  context.line("Interface endpoints, each in each zone", "endpointHour", interfaces, context.hours);
  context.line("Processed by interface endpoints", "endpointGigabyte", context.assume("endpointTraffic", "GB"));
}

/**
 * Data transfer between zones: servers in every zone connect to a database in one. An Application Load Balancer's traffic between zones
 * and replication to a Multi-AZ standby cost nothing. Servers use the NAT gateway of their zone, unless it has none.
 */
function addTransferBetweenZones(context: Context, gateways: number, natTraffic: number): void {
  const { zones } = context;
  if (zones > 1 && context.count("aws_db_instance") > 0 && context.count("aws_autoscaling_group") > 0) {
    const crossing = {
      value: (context.gigabytes(context.assumptions.databaseSize) * (zones - 1)) / zones,
      label: `GB (${zones - 1}/${zones} of what servers and database exchange)`,
      assumed: true,
    };
    context.line("Across zones, to the database", "crossZoneGigabyte", crossing, BOTH_ENDS);
  }
  if (gateways > 0 && gateways < zones) {
    const crossing = {
      value: (natTraffic * (zones - gateways)) / zones,
      label: `GB (${zones - gateways} of ${zones} zones without a NAT gateway)`,
      assumed: true,
    };
    context.line("Across zones, to a NAT gateway", "crossZoneGigabyte", crossing, BOTH_ENDS);
  }
}

function addInternet(context: Context, natOut: number): void {
  const responses = context.count("aws_lb") > 0 ? context.gigabytes(context.assumptions.responseSize) : 0;
  let from = 0;
  for (const { upTo, name, price } of context.list.internetOut) {
    const value = Math.min(responses + natOut, upTo) - from;
    from = upTo;
    if (value <= 0) continue;
    context.line(`Out to the internet, ${name}`, price, { value, label: "GB (responses and NAT)", assumed: true });
  }
}

export const edge: Part = {
  name: "edge",
  types: ["aws_lb", "aws_lb_listener_rule", "aws_route53_zone"],
  addLines(context) {
    const balancers = context.each("aws_lb", (balancer) => {
      const type = balancer.text("load_balancer_type") ?? "application";
      if (type !== "application") throw new NoPrice(`load balancer of type ${printable(type)}`);
    }).length;
    const zones = context.count("aws_route53_zone");
    if (balancers > 0) {
      context.line("Application Load Balancer", "loadBalancerHour", many(balancers, "load balancer"), context.hours);
      context.line("What it carries", "lcuHour", capacityUnits(context), context.hours);
    }
    if (zones > 0) {
      context.line("DNS zones", "hostedZone", many(zones, "zone"));
      context.line("DNS queries", "dnsQueries", context.assume("dnsQueries", "queries"));
    }
  },
};

/**
 * LCUs of the load balancer: AWS bills the largest of four dimensions, computed here for the average hour.
 * @see https://aws.amazon.com/elasticloadbalancing/pricing/
 */
export function capacityUnits(context: Context): Factor {
  const { newConnections, activeConnections, requests, requestSize, responseSize } = context.assumptions;
  const gigabytes = (requests * 3_600 * (requestSize + responseSize)) / 1_048_576;
  const evaluations = requests * Math.max(0, context.count("aws_lb_listener_rule") + 1 - FREE_RULES);
  const dimensions: (readonly [quantity: number, ofOneUnit: number, unit: string])[] = [
    [newConnections, 25, "new connections a second"],
    [activeConnections, 3_000, "connections"],
    [gigabytes, 1, "GB an hour"],
    [evaluations, 1_000, "rules a second"],
  ];
  const [largest] = dimensions
    .map(([quantity, ofOne, unit]) => ({
      value: quantity / ofOne,
      label: `LCU (${amount(quantity)} ${unit} / ${amount(ofOne)})`,
    }))
    .sort((one, other) => other.value - one.value);
  return { value: 0, label: "LCU", ...largest, assumed: true };
}
