import type { AutoscalingGroup } from "@cdktf/provider-aws/lib/autoscaling-group";
import type { CloudwatchMetricAlarmMetricQuery } from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";

/** A group and its role, which names its metrics. */
export interface NamedGroup {
  readonly role: string;
  readonly group: AutoscalingGroup;
}

/** A number computed by CloudWatch: the expression, and the metrics that it reads. */
export interface Signal {
  readonly expression: string;
  readonly metrics: readonly CloudwatchMetricAlarmMetricQuery[];
}

/** Detailed monitoring gives a value a minute. */
const PERIOD_SECONDS = 60;

/**
 * CPU of the whole fleet in percent: all that the servers used, over all that there are. The average of the groups'
 * averages would weigh a group of one like a group of twelve, and a group of none has no CPU at all.
 */
export function fleetCpu(groups: readonly NamedGroup[]): Signal {
  const used = groups.map((each) => cpuMetric(each, "Sum"));
  const samples = groups.map((each) => cpuMetric(each, "SampleCount"));
  return { expression: `(${sumOf(used)}) / (${sumOf(samples)})`, metrics: [...used, ...samples] };
}

/**
 * Connections at the load balancer for each server that reports: the samples of one minute are the servers, one each. For
 * alarms that read `fleetCpu` as well, which brings these metrics along.
 *
 * Without traffic the load balancer does not report the metric, so that FILL is what makes an idle fleet shrink.
 */
export function connectionsPerSample(groups: readonly NamedGroup[], loadBalancer: Lb): Signal {
  const samples = groups.map((each) => cpuMetric(each, "SampleCount"));
  const active = activeConnections(loadBalancer);
  return { expression: `FILL(${active.id}, 0) / (${sumOf(samples)})`, metrics: [active, ...samples] };
}

/**
 * Connections at the load balancer for each server in service.
 *
 * No FILL on `active`: it comes from another namespace than the groups' metrics and may arrive later than they do. With FILL
 * the newest minutes would then always be 0, and the alarm would stay OK at any load. Without FILL a minute has no value until
 * both have arrived, and CloudWatch takes older minutes instead.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/using-metric-math.html
 */
export function connectionsPerServer(groups: readonly NamedGroup[], loadBalancer: Lb): Signal {
  const inService = groups.map(({ role, group }) =>
    query(`in_service_${identifier(role)}`, "AWS/AutoScaling", "GroupInServiceInstances", "Average", {
      AutoScalingGroupName: group.name,
    }),
  );
  const active = activeConnections(loadBalancer);
  return { expression: `${active.id} / (${sumOf(inService)})`, metrics: [active, ...inService] };
}

/** Alarm input for one expression: its metrics, each once, and the expression as what the alarm compares. */
export function metricQueries(
  id: string,
  label: string,
  expression: string,
  ...signals: readonly Signal[]
): CloudwatchMetricAlarmMetricQuery[] {
  const metrics = new Map(signals.flatMap((signal) => signal.metrics).map((metric) => [metric.id, metric]));
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
