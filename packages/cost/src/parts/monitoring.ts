import type { Context, Part } from "../context";
import { runningServers } from "./servers";

const METRICS_OF_SERVER = 7;
const MINUTE = 60;

export const monitoring: Part = {
  name: "monitoring",
  types: ["aws_cloudwatch_metric_alarm"],
  addLines(context) {
    const servers = runningServers(context);
    for (const { count, isMonitored } of servers) {
      if (!isMonitored) continue;
      const metrics = { value: METRICS_OF_SERVER, label: "metrics" };
      context.line(`Metrics each minute of ${count.label}`, "metric", count, metrics);
    }
    addAlarms(context);
    // Without a monitoring stack, the agents report to no billed Datadog organisation.
    if (!context.resources.some(({ type }) => type.startsWith("datadog_"))) return;
    for (const { count } of servers) context.line(`Datadog, hosts: ${count.label}`, "datadogHost", count);
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
  for (const isFrequent of [true, false]) {
    const chosen = alarms.filter((alarm) => alarm.isFrequent === isFrequent);
    if (chosen.length === 0) continue;
    const value = chosen.reduce((sum, { count }) => sum + count, 0);
    const metrics = { value, label: `metrics of ${chosen.length} alarms` };
    if (isFrequent) context.line("Alarms, more often than each minute", "alarmMetricHighResolution", metrics);
    else context.line("Alarms", "alarmMetric", metrics);
  }
}
