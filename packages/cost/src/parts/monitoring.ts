import { blocksOf, optionalNumberOf, type Resource } from "../resources/resource";
import { type Context, line, type LineItem, type Part } from "./part";
import { hasDetailedMonitoring, launchTemplateOf, runningServers } from "./servers";

const NAME = "monitoring";
const METRICS_OF_SERVER = 7;
const MINUTE = 60;

export const monitoring: Part = {
  name: NAME,
  types: ["aws_cloudwatch_metric_alarm"],
  lines: (context) => [...serverMetricLines(context), ...alarmLines(context), ...datadogLines(context)],
};

function serverMetricLines(context: Context): LineItem[] {
  const template = launchTemplateOf(context);
  if (template === undefined || !hasDetailedMonitoring(template)) return [];
  const metrics = { value: METRICS_OF_SERVER, label: "metrics" };
  return runningServers(context).map((servers) =>
    line(NAME, `Metrics each minute of ${servers.label}`, context.list.prices.metric, servers, metrics),
  );
}

/** An alarm is billed for each of its metrics; one with a period below a minute costs more. */
function alarmLines(context: Context): LineItem[] {
  const { prices } = context.list;
  const alarms = context.of("aws_cloudwatch_metric_alarm").map((alarm) => metricsOf(alarm));
  return [true, false].flatMap((isFrequent) => {
    const chosen = alarms.filter((alarm) => alarm.isFrequent === isFrequent);
    if (chosen.length === 0) return [];
    const value = chosen.reduce((total, { count }) => total + count, 0);
    const factor = { value, label: `metrics of ${chosen.length} alarms` };
    return isFrequent
      ? [line(NAME, "Alarms, more often than each minute", prices.alarmMetricHighResolution, factor)]
      : [line(NAME, "Alarms", prices.alarmMetric, factor)];
  });
}

function metricsOf(alarm: Resource): { count: number; isFrequent: boolean } {
  const metrics = blocksOf(alarm.values, "metric_query").flatMap((query) => blocksOf(query, "metric"));
  const periods = [alarm.values, ...metrics].map((block) => optionalNumberOf(alarm, "period", block) ?? MINUTE);
  return { count: Math.max(1, metrics.length), isFrequent: periods.some((period) => period > 0 && period < MINUTE) };
}

/** Only with a monitoring stack: without one, the agents report to no billed Datadog organisation. */
function datadogLines(context: Context): LineItem[] {
  if (!context.resources.some(({ type }) => type.startsWith("datadog_"))) return [];
  const { prices } = context.list;
  return [
    ...runningServers(context).map((servers) =>
      line(NAME, `Datadog, hosts: ${servers.label}`, prices.datadogHost, servers),
    ),
    line(NAME, "Datadog, logs sent", prices.datadogLogGigabyte, context.assume("datadogLogs", "GB")),
    line(NAME, "Datadog, logs indexed", prices.datadogLogEvents, context.assume("datadogLogEvents", "events")),
  ];
}
