import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import type { TargetGroup } from "../load-balancing";

/** Requests of a service that fail with 5xx in five minutes, percent, from which its roll-out is rolled back. */
const FAILED_PERCENT = 5;

/** Failed requests in five minutes below which a share means nothing. */
const LEAST_FAILED = 3;

/** Requests in five minutes below which their median means nothing: the first ones of a new server may be slow. */
const LEAST_REQUESTS = 10;

export interface RollOutAlarmProps {
  /** Name of the alarm, which the roll-out knows. */
  readonly name: string;
  /** Name of the service. */
  readonly service: string;
  /** Latency objective of the service, seconds. */
  readonly latencySeconds: number;
  /** Load balancer of the target group. */
  readonly loadBalancer: Lb;
  /** Target group of the service. */
  readonly targetGroup: TargetGroup;
}

/**
 * The gate of a service's roll-out: while it is in ALARM, an instance refresh rolls back. It has no actions: Datadog's monitors notify people.
 *
 * CloudWatch evaluates an alarm with a period of five minutes every minute, over the last five minutes. One period of two, because errors
 * may arrive later than requests: the older period has all of them. Without requests the metrics have no data, which is not an error.
 *
 * A request that hangs is a 504 of nginx, whose `proxy_read_timeout` is below the load balancer's idle timeout: a 504 of the load balancer is
 * counted for no target group. The response time ends with the headers, so that long polls and WebSockets are not slow.
 * @see https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html#alarm-evaluation
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class RollOutAlarm extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { name, service, latencySeconds, loadBalancer, targetGroup }: RollOutAlarmProps,
  ) {
    super(scope, id);
    const metric = (metricId: string, metricName: string, stat: string): CloudwatchMetricAlarmMetricQuery => ({
      id: metricId,
      returnData: false,
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName,
        stat,
        period: 300,
        dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: targetGroup.arnSuffix },
      },
    });
    const failed = `FILL(errors, 0) >= ${LEAST_FAILED} AND 100 * FILL(errors, 0) >= ${FAILED_PERCENT} * requests`;
    const slow = `requests >= ${LEAST_REQUESTS} AND FILL(median, 0) > ${latencySeconds}`;
    new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: name,
      alarmDescription:
        `Rolls back the roll-out of the service ${service}. 1: ${FAILED_PERCENT} % of its requests in five minutes, and at least ` +
        `${LEAST_FAILED}, failed with 5xx. 2: half of them, of at least ${LEAST_REQUESTS}, took longer than ${latencySeconds} s.`,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: 1,
      evaluationPeriods: 2,
      datapointsToAlarm: 1,
      treatMissingData: "notBreaching",
      metricQuery: [
        {
          id: "gate",
          label: "1: requests fail, 2: requests are slow",
          expression: `IF(${failed}, 1, IF(${slow}, 2, 0))`,
          returnData: true,
        },
        metric("errors", "HTTPCode_Target_5XX_Count", "Sum"),
        metric("requests", "RequestCount", "Sum"),
        metric("median", "TargetResponseTime", "p50"),
      ],
    });
  }
}
