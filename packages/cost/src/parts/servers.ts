import { printable } from "@dev-one/cli/printable";
import type { Block, Resource } from "@dev-one/terraform-json/resources";
import { addressTableOf } from "@dev-one/terraform-json/user-data";

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
    for (const { service, name, count, type, price, gigabytes } of runningServers(context)) {
      context.lineOf(service, `${capitalized(name)}, ${type}`, price, count, context.hours);
      context.lineOf(service, `Volumes of ${name}`, "volumeGp3", count, { value: gigabytes, label: "GB" });
    }
  },
};

export const monitoring: Part = {
  name: "monitoring",
  types: ["aws_cloudwatch_metric_alarm"],
  addLines(context) {
    const running = runningServers(context);
    for (const { service, name, count } of running.filter(({ isMonitored }) => isMonitored)) {
      const metrics = many(METRICS_OF_SERVER, "metric");
      context.lineOf(service, `Metrics each minute of ${name}`, "metric", count, metrics);
    }
    addPublishedMetrics(context, running);
    addAlarms(context);
    // Without a monitoring stack, the agents report to no billed Datadog organisation.
    if (!context.resources.some(({ type }) => type.startsWith("datadog_"))) return;
    for (const { service, name, count } of running) {
      context.lineOf(service, `Datadog, hosts: ${name}`, "datadogHost", count);
    }
    context.line("Datadog, logs sent", "datadogLogGigabyte", context.assume("datadogLogs", "GB"));
    context.line("Datadog, logs indexed", "datadogLogEvents", context.assume("datadogLogEvents", "events"));
  },
};

/** The metric of each service that servers publish for scaling, and the call of each server every minute. */
function addPublishedMetrics(context: Context, running: readonly Servers[]): void {
  if (running.length === 0) return;
  const { size } = new Set(running.map(({ service }) => service));
  context.line("Metrics that servers publish", "metric", many(size, "metric"));
  const calls: Factor = { value: MINUTE, label: "calls each hour" };
  for (const { service, name, count } of running) {
    context.lineOf(service, `Calls of ${name} that publish`, "metricRequests", count, calls, context.hours);
  }
}

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

/** What the servers of a launch template have in common. */
interface Template {
  readonly type: string;
  readonly price: Price;
  readonly gigabytes: number;
  /** Whether they have detailed monitoring, whose metrics of every minute are billed. */
  readonly isMonitored: boolean;
  /** The number of named servers of each service, by the address table in the user data. */
  readonly named: ReadonlyMap<string, number>;
}

/** Servers of one service, or of services that share them, that were launched from one template. */
interface Servers extends Template {
  /** Undefined where services share the servers. */
  readonly service: string | undefined;
  /** Such as `named servers`, or `servers of shop`. */
  readonly name: string;
  readonly count: Factor;
}

/** An Auto Scaling group with its tags. */
type Group = ReturnType<typeof groupOf>;

/**
 * The servers of each launch template: those of Auto Scaling groups of fixed size, the assumed average of the elastic group, and the
 * smallest size of a service's own group.
 */
function runningServers(context: Context): Servers[] {
  const templates = new Map(context.each("aws_launch_template", (each) => [each.address, templateOf(context, each)]));
  const groups = context.each("aws_autoscaling_group", (group) => groupOf(context, group));
  return [...templates].flatMap(([address, template]) => {
    const all = groups.filter((group) => group.template === address);
    const own = all.filter(({ isOwn }) => isOwn);
    const fixed = all.filter(({ isOwn, smallest, largest }) => !isOwn && smallest === largest);
    const elastic = all.filter(({ isOwn, smallest, largest }) => !isOwn && smallest !== largest);
    const [least, most] = [sum(elastic.map((each) => each.smallest)), sum(elastic.map((each) => each.largest))];
    const average = Math.min(Math.max(least, context.assumptions.elasticServers), most);
    return [
      ...(fixed.length === 0 ? [] : namedServers(fixed, template)),
      ...(elastic.length === 0
        ? []
        : [
            {
              service: serviceOf(elastic),
              name: "elastic servers",
              count: { ...many(average, "elastic server"), assumed: true },
            },
          ]),
      ...own.map((group) => ({
        service: group.service,
        name: `servers of ${group.service ?? group.template}`,
        count: many(group.smallest, "server"),
      })),
    ].map((servers) => ({ ...template, ...servers }));
  });
}

/** Named servers of one service, or of each service where they share the groups of the zones. */
function namedServers(groups: readonly Group[], { named }: Template) {
  const size = sum(groups.map((each) => each.largest));
  const service = serviceOf(groups);
  const all = [{ service, name: "named servers", count: many(size, "named server") }];
  if (service !== undefined || sum([...named.values()]) !== size) return all;
  return [...named].map(([each, count]) => ({
    service: each,
    name: `named servers of ${each}`,
    count: many(count, "named server"),
  }));
}

/** The service that all groups have as their tag. */
function serviceOf(groups: readonly Group[]): string | undefined {
  const [only, ...others] = new Set(groups.map(({ service }) => service));
  return others.length === 0 ? only : undefined;
}

function groupOf(context: Context, group: Resource) {
  if (group.blocks("mixed_instances_policy").length > 0) throw new NoPrice("a group of several instance types");
  const all = context.of("aws_launch_template");
  const own = group.block("launch_template")?.target("id") ?? (all.length === 1 ? all[0] : undefined);
  if (own === undefined) throw new NoPrice("a group whose launch template is not in the stack");
  const tags = new Map(group.blocks("tag").map((tag) => [tag.text("key"), tag.text("value")]));
  const service = tags.get("service");
  return {
    template: own.address,
    smallest: numberOf(group, "min_size"),
    largest: numberOf(group, "max_size"),
    service: service === undefined ? undefined : printable(service),
    isOwn: tags.get("role") === "own-group",
  };
}

function templateOf({ list }: Context, template: Resource): Template {
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
    named: servicesByAddress(template),
  };
}

function servicesByAddress(template: Resource): Map<string, number> {
  const counts = new Map<string, number>();
  for (const service of addressTableOf(template.template("user_data") ?? "").map(([, , , name]) => name)) {
    if (service !== undefined) counts.set(printable(service), (counts.get(printable(service)) ?? 0) + 1);
  }
  return counts;
}

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** In a plan, performance that is not set is zero, or not known yet, before AWS sets the default. */
function isPlain(disk: Block): boolean {
  const { iops = 0, throughput = 0 } = disk.values;
  const isDefault = [0, GP3_IOPS].includes(Number(iops)) && [0, GP3_THROUGHPUT].includes(Number(throughput));
  return disk.text("volume_type") === "gp3" && isDefault;
}
