import { amount } from "../money";
import { own, type Resource, unpriced } from "../resources/resource";
import { type Context, type Factor, line, type Part } from "./part";

const NAME = "edge";
/** The dimensions of one LCU. @see https://aws.amazon.com/elasticloadbalancing/pricing/ */
const LCU = { newConnections: 25, activeConnections: 3_000, gigabytesAnHour: 1, ruleEvaluations: 1_000 };
const FREE_RULES = 10;

export const edge: Part = {
  name: NAME,
  types: ["aws_lb", "aws_lb_listener_rule", "aws_route53_zone"],
  lines(context) {
    const { prices } = context.list;
    const balancers = context.of("aws_lb");
    balancers.forEach(checkKind);
    const zones = context.of("aws_route53_zone").length;
    return [
      ...(balancers.length === 0
        ? []
        : [
            line(
              NAME,
              "Application Load Balancer",
              prices.loadBalancerHour,
              { value: balancers.length, label: "load balancers", one: "load balancer" },
              context.hours,
            ),
            line(NAME, "What it carries", prices.lcuHour, capacityUnits(context), context.hours),
          ]),
      ...(zones === 0
        ? []
        : [
            line(NAME, "DNS zones", prices.hostedZone, { value: zones, label: "zones", one: "zone" }),
            line(NAME, "DNS queries", prices.dnsQueries, context.assume("dnsQueries", "queries")),
          ]),
    ];
  },
};

/** LCUs of the load balancer: AWS bills the largest of four dimensions, computed here for the average hour. */
export function capacityUnits(context: Context): Factor {
  const { newConnections, activeConnections, requests, requestSize, responseSize } = context.assumptions;
  const gigabytes = (requests * 3_600 * (requestSize + responseSize)) / 1_048_576;
  const evaluations = requests * Math.max(0, context.of("aws_lb_listener_rule").length + 1 - FREE_RULES);
  const dimensions = [
    { value: newConnections / LCU.newConnections, of: `${amount(newConnections)} new connections a second / 25` },
    { value: activeConnections / LCU.activeConnections, of: `${amount(activeConnections)} connections / 3,000` },
    { value: gigabytes / LCU.gigabytesAnHour, of: `${amount(gigabytes)} GB an hour / 1` },
    { value: evaluations / LCU.ruleEvaluations, of: `${amount(evaluations)} rules a second / 1,000` },
  ];
  const largest = dimensions.reduce((most, each) => (each.value > most.value ? each : most));
  return { value: largest.value, label: `LCU (${largest.of})`, assumed: true };
}

function checkKind(balancer: Resource): void {
  const type = own(balancer.values, "load_balancer_type") ?? "application";
  if (type !== "application") {
    throw unpriced(
      balancer,
      "a load balancer that is not an Application Load Balancer",
      "add it to packages/cost/src/parts/edge.ts",
    );
  }
}
