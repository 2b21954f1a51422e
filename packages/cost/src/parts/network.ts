import { countOf, flagOf, own } from "../resources/resource";
import { type Context, type Factor, line, type LineItem, type Part, zonesOf } from "./part";

const NAME = "network";
/** AWS bills data transfer between Availability Zones in each direction. */
const BOTH_ENDS: Factor = { value: 2, label: "ends" };

export const network: Part = {
  name: NAME,
  types: ["aws_nat_gateway", "aws_eip", "aws_vpc_endpoint"],
  lines: (context) => [
    ...natLines(context),
    ...addressLines(context),
    ...endpointLines(context),
    ...crossZoneLines(context),
    ...internetLines(context),
  ],
};

function natLines(context: Context): LineItem[] {
  const { prices } = context.list;
  const gateways = context.of("aws_nat_gateway").length;
  if (gateways === 0) return [];
  return [
    line(NAME, "NAT gateways", prices.natHour, { value: gateways, label: "gateways", one: "gateway" }, context.hours),
    line(NAME, "Processed by NAT gateways", prices.natGigabyte, {
      value: natTraffic(context),
      label: "GB in and out",
      assumed: true,
    }),
  ];
}

/** Every public IPv4 address in use: Elastic IPs, and one of the load balancer in each of its zones. */
function addressLines(context: Context): LineItem[] {
  const elastic = context.of("aws_eip").length;
  const balancers = context
    .of("aws_lb")
    .filter(({ values }) => !flagOf(values, "internal"))
    .reduce((total, balancer) => total + (countOf(balancer, "subnets") ?? zonesOf(context)), 0);
  if (elastic + balancers === 0) return [];
  const addresses = { value: elastic + balancers, label: `addresses (${elastic} elastic, ${balancers} load balancer)` };
  return [line(NAME, "Public IPv4 addresses", context.list.prices.publicIpv4Hour, addresses, context.hours)];
}

function endpointLines(context: Context): LineItem[] {
  const endpoints = context
    .of("aws_vpc_endpoint")
    .filter(({ values }) => own(values, "vpc_endpoint_type") === "Interface");
  if (endpoints.length === 0) return [];
  const { prices } = context.list;
  const interfaces = endpoints.reduce((total, each) => total + (countOf(each, "subnet_ids") ?? zonesOf(context)), 0);
  return [
    line(
      NAME,
      "Interface endpoints, each in each zone",
      prices.endpointHour,
      { value: interfaces, label: `interfaces of ${endpoints.length} endpoints` },
      context.hours,
    ),
    line(NAME, "Processed by interface endpoints", prices.endpointGigabyte, context.assume("endpointTraffic", "GB")),
  ];
}

/**
 * Data transfer between zones: servers in every zone connect to a database in one. An Application Load Balancer's traffic between zones
 * and replication to a Multi-AZ standby cost nothing. Servers use the NAT gateway of their zone, unless it has none.
 */
function crossZoneLines(context: Context): LineItem[] {
  const price = context.list.prices.crossZoneGigabyte;
  const zones = zonesOf(context);
  const gateways = context.of("aws_nat_gateway").length;
  const lines: LineItem[] = [];
  if (zones > 1 && context.has("aws_db_instance") && context.has("aws_autoscaling_group")) {
    const traffic = context.gigabytes(context.assumptions.databaseSize);
    const crossing = {
      value: (traffic * (zones - 1)) / zones,
      label: `GB (${zones - 1}/${zones} of what servers and database exchange)`,
      assumed: true,
    };
    lines.push(line(NAME, "Across zones, to the database", price, crossing, BOTH_ENDS));
  }
  if (gateways > 0 && gateways < zones) {
    const crossing = {
      value: (natTraffic(context) * (zones - gateways)) / zones,
      label: `GB (${zones - gateways} of ${zones} zones without a NAT gateway)`,
      assumed: true,
    };
    lines.push(line(NAME, "Across zones, to a NAT gateway", price, crossing, BOTH_ENDS));
  }
  return lines;
}

function internetLines(context: Context): LineItem[] {
  const responses = context.has("aws_lb") ? context.gigabytes(context.assumptions.responseSize) : 0;
  const nat = context.has("aws_nat_gateway") ? context.assumptions.natOut : 0;
  if (responses + nat === 0) return [];
  let from = 0;
  return context.list.internetOut.flatMap(({ upTo, name, price }) => {
    const value = Math.min(responses + nat, upTo) - from;
    from = upTo;
    return value <= 0
      ? []
      : [line(NAME, `Out to the internet, ${name}`, price, { value, label: "GB (responses and NAT)", assumed: true })];
  });
}

function natTraffic({ assumptions }: Context): number {
  return assumptions.natOut + assumptions.natIn;
}
