import { printable } from "@dev-one/cli/printable";
import type { Block, Resource } from "@dev-one/terraform-json/resources";

import { type Context, type Factor, many, NoPrice, numberOf, type Part, textOf } from "../context";
import { sum } from "../money";
import type { Price } from "../prices/price";

const GP3_IOPS = 3_000;
const GP3_THROUGHPUT = 125;
const METRICS_OF_SERVER = 7;
const MINUTE = 60;
const ALARMS = [
  ["Alarms, more often than each minute", "alarmMetricHighResolution", true],
  ["Alarms", "alarmMetric", false],
] as const;

export const servers: Part = {
  name: "servers",
  types: ["aws_autoscaling_group", "aws_launch_template"],
  addLines(context) {
    for (const { fleet, count, type, price, gigabytes } of runningServers(context)) {
      context.line(`${fleet} servers, ${type}`, price, count, context.hours);
      context.line(`Volumes of ${fleet.toLowerCase()} servers`, "volumeGp3", count, { value: gigabytes, label: "GB" });
    }
  },
};

export const monitoring: Part = {
  name: "monitoring",
  types: ["aws_cloudwatch_metric_alarm"],
  addLines(context) {
    const running = runningServers(context);
    for (const { fleet, count } of running.filter(({ isMonitored }) => isMonitored)) {
      const metrics = many(METRICS_OF_SERVER, "metric");
      context.line(`Metrics each minute of ${fleet.toLowerCase()} servers`, "metric", count, metrics);
    }
    addAlarms(context);
    // Without a monitoring stack, the agents report to no billed Datadog organisation.
    if (!context.resources.some(({ type }) => type.startsWith("datadog_"))) return;
    for (const { fleet, count } of running) {
      context.line(`Datadog, hosts: ${fleet.toLowerCase()} servers`, "datadogHost", count);
    }
    context.line("Datadog, logs sent", "datadogLogGigabyte", context.assume("datadogLogs", "GB"));
    context.line("Datadog, logs indexed", "datadogLogEvents", context.assume("datadogLogEvents", "events"));
  },
};

/** An alarm is billed for each of its metrics; one with a period below a minute costs more. */
function addAlarms(context: Context): void {
  const alarms = context.each("aws_cloudwatch_metric_alarm", (alarm) => {
    const metrics = alarm.blocks("metric_query").flatMap((query) => query.blocks("metric"));
    const periods = [alarm, ...metrics].map((block) => block.number("period") ?? MINUTE);
    return { count: Math.max(1, metrics.length), isFrequent: periods.some((period) => period > 0 && period < MINUTE) };
  });
  for (const [item, price, isFrequent] of ALARMS) {
    const counts = alarms.filter((alarm) => alarm.isFrequent === isFrequent).map(({ count }) => count);
    const metrics = { value: sum(counts), label: `metrics of ${counts.length} alarms` };
    if (counts.length > 0) context.line(item, price, metrics);
  }
}

/** Servers of one instance type that were launched from one template. */
interface Servers {
  readonly fleet: "Named" | "Elastic";
  readonly count: Factor;
  readonly type: string;
  readonly price: Price;
  readonly gigabytes: number;
  /** Whether they have detailed monitoring, whose metrics of every minute are billed. */
  readonly isMonitored: boolean;
}

/** The servers of each launch template: those of Auto Scaling groups of fixed size, and the assumed average of groups that scale. */
function runningServers(context: Context): Servers[] {
  const templates = new Map(context.each("aws_launch_template", (each) => [each.address, templateOf(context, each)]));
  const groups = context.each("aws_autoscaling_group", (group) => {
    if (group.blocks("mixed_instances_policy").length > 0) throw new NoPrice("a group of several instance types");
    const all = context.of("aws_launch_template");
    const own = group.block("launch_template")?.target("id") ?? (all.length === 1 ? all[0] : undefined);
    if (own === undefined) throw new NoPrice("a group whose launch template is not in the stack");
    return { template: own.address, smallest: numberOf(group, "min_size"), largest: numberOf(group, "max_size") };
  });
  return [...templates].flatMap(([address, template]) => {
    const own = groups.filter((group) => group.template === address);
    const fixed = own.filter(({ smallest, largest }) => smallest === largest);
    const elastic = own.filter(({ smallest, largest }) => smallest !== largest);
    const [least, most] = [sum(elastic.map((each) => each.smallest)), sum(elastic.map((each) => each.largest))];
    const average = Math.min(Math.max(least, context.assumptions.elasticServers), most);
    const named: Factor = many(sum(fixed.map((each) => each.largest)), "named server");
    return [
      ...(fixed.length === 0 ? [] : [{ ...template, fleet: "Named" as const, count: named }]),
      ...(elastic.length === 0
        ? []
        : [{ ...template, fleet: "Elastic" as const, count: { ...many(average, "elastic server"), assumed: true } }]),
    ];
  });
}

function templateOf({ list }: Context, template: Resource): Omit<Servers, "fleet" | "count"> {
  const type = textOf(template, "instance_type");
  const price = Object.hasOwn(list.instanceTypes, type) ? list.instanceTypes[type] : undefined;
  if (price === undefined) throw new NoPrice(`${printable(type)} in ${list.region}`);
  const disks = template.blocks("block_device_mappings").flatMap((mapping) => mapping.blocks("ebs"));
  if (disks.length === 0) throw new NoPrice("a volume of the image's own size");
  if (!disks.every(isPlain)) throw new NoPrice("a volume that is not gp3 with its default performance");
  return {
    type,
    price,
    gigabytes: sum(disks.map((disk) => numberOf(disk, "volume_size"))),
    isMonitored: template.blocks("monitoring").some((block) => block.flag("enabled") === true),
  };
}

/** In a plan, performance that is not set is zero, or not known yet, before AWS sets the default. */
function isPlain(disk: Block): boolean {
  const { iops = 0, throughput = 0 } = disk.values;
  const isDefault = [0, GP3_IOPS].includes(Number(iops)) && [0, GP3_THROUGHPUT].includes(Number(throughput));
  return disk.text("volume_type") === "gp3" && isDefault;
}
