import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { CloudwatchMetricAlarmMetricQuery } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";

import type { ConnectionsMetric } from "./connections-metric";

/** An Auto Scaling group and its role, which is part of metric ids. */
export interface NamedGroup {
  readonly role: string;
  readonly group: AutoscalingGroup;
}

/** A CloudWatch metric math expression and its metrics. */
export interface MetricExpression {
  readonly expression: string;
  readonly metrics: readonly CloudwatchMetricAlarmMetricQuery[];
}

/** Period of detailed monitoring. */
const PERIOD_SECONDS = 60;

/**
 * CPU of the whole fleet, percent: the sum of all servers divided by their number. An average of the groups' averages would give a
 * group of one server the weight of a group of twelve, and a group without servers has no average.
 */
export function fleetCpu(groups: readonly NamedGroup[]): MetricExpression {
  const used = groups.map((each) => cpuMetric(each, "Sum"));
  const samples = groups.map((each) => cpuMetric(each, "SampleCount"));
  return { expression: `(${sumOf(used)}) / (${sumOf(samples)})`, metrics: [...used, ...samples] };
}

/**
 * Connections at the load balancer for each server that reports: each server has one CPU sample a minute. For alarms with `fleetCpu`,
 * which has the same sample metrics.
 *
 * Without traffic the load balancer does not report the metric, so FILL is necessary to scale in an idle fleet.
 */
export function connectionsPerSample(groups: readonly NamedGroup[], loadBalancer: Lb): MetricExpression {
  const samples = groups.map((each) => cpuMetric(each, "SampleCount"));
  const active = activeConnections(loadBalancer);
  return { expression: `FILL(${active.id}, 0) / (${sumOf(samples)})`, metrics: [active, ...samples] };
}

/**
 * Connections at the load balancer for each server in service.
 *
 * No FILL on `active`, because it can arrive later than the metrics of the groups, which are of another namespace. With FILL the
 * newest minutes would be 0 and the alarm would stay OK at any load. Without FILL a minute has no value until both metrics have
 * arrived, and CloudWatch evaluates older minutes.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function connectionsPerServer(groups: readonly NamedGroup[], loadBalancer: Lb): MetricExpression {
  const inService = groups.map(({ role, group }) =>
    query(`in_service_${identifier(role)}`, "AWS/AutoScaling", "GroupInServiceInstances", "Average", {
      AutoScalingGroupName: group.name,
    }),
  );
  const active = activeConnections(loadBalancer);
  return { expression: `${active.id} / (${sumOf(inService)})`, metrics: [active, ...inService] };
}

/**
 * Connections per server as the servers publish them: the average of those whose value has arrived, so that a minute of which some
 * values are late is not too low. No FILL: without a value the alarm neither adds nor removes servers, and an idle server publishes 0.
 */
export function publishedConnections({ namespace, metricName, dimensions }: ConnectionsMetric): MetricExpression {
  const average = query("published_connections", namespace, metricName, "Average", { ...dimensions });
  return { expression: average.id, metrics: [average] };
}

/** Metric queries of an alarm: the expression that it compares, and each metric once; only the metric where the expression is its id. */
export function metricQueries(
  id: string,
  label: string,
  expression: string,
  ...expressions: readonly MetricExpression[]
): CloudwatchMetricAlarmMetricQuery[] {
  const metrics = new Map(expressions.flatMap((each) => each.metrics).map((metric) => [metric.id, metric]));
  const compared = metrics.get(expression);
  if (compared !== undefined) return [{ ...compared, label, returnData: true }];
  return [{ id, label, expression, returnData: true }, ...metrics.values()];
}

function cpuMetric({ role, group }: NamedGroup, statistic: "Sum" | "SampleCount"): CloudwatchMetricAlarmMetricQuery {
  const id = `cpu_${statistic === "Sum" ? "sum" : "samples"}_${identifier(role)}`;
  return query(id, "AWS/EC2", "CPUUtilization", statistic, { AutoScalingGroupName: group.name });
}

function activeConnections(loadBalancer: Lb): CloudwatchMetricAlarmMetricQuery {
  return query("active_connections", "AWS/ApplicationELB", "ActiveConnectionCount", "Sum", {
    LoadBalancer: loadBalancer.arnSuffix,
  });
}

function query(
  id: string,
  namespace: string,
  metricName: string,
  stat: string,
  dimensions: Record<string, string>,
): CloudwatchMetricAlarmMetricQuery {
  return { id, returnData: false, metric: { namespace, metricName, stat, period: PERIOD_SECONDS, dimensions } };
}

function sumOf(metrics: readonly CloudwatchMetricAlarmMetricQuery[]): string {
  return metrics.map((metric) => `FILL(${metric.id}, 0)`).join(" + ");
}

/** Metric ids are lower-case letters, digits and underscores. */
function identifier(role: string): string {
  return role.replaceAll("-", "_");
}
