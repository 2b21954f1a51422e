import { printable } from "@dev-one/cli/printable";

import { type Context, type Factor, NoPrice, type Part } from "../context";
import { amount } from "../money";

const FREE_RULES = 10;

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
      const count = { value: balancers, label: "load balancers", one: "load balancer" };
      context.line("Application Load Balancer", "loadBalancerHour", count, context.hours);
      context.line("What it carries", "lcuHour", capacityUnits(context), context.hours);
    }
    if (zones > 0) {
      context.line("DNS zones", "hostedZone", { value: zones, label: "zones", one: "zone" });
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
