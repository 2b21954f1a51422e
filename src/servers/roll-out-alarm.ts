import {
  CloudwatchMetricAlarm,
  type CloudwatchMetricAlarmMetricQuery,
} from "@cdktf/provider-aws/lib/cloudwatch-metric-alarm";
import type { Lb } from "@cdktf/provider-aws/lib/lb";
import { Construct } from "constructs";

import type { TargetGroup } from "../load-balancing";

/** Requests of a service that fail with 5xx in a minute, percent, above which its roll-out is rolled back. */
const FAILED_PERCENT = 5;

/** Requests in a minute below which a share means nothing. */
const LEAST_REQUESTS = 20;

export interface RollOutAlarmProps {
  /** Name of the alarm, which the roll-out knows. */
  readonly name: string;
  /** Name of the service. */
  readonly service: string;
  /** Load balancer of the target group. */
  readonly loadBalancer: Lb;
  /** Target group of the service. */
  readonly targetGroup: TargetGroup;
}

/**
 * The gate of a service's roll-out: while it is in ALARM, an instance refresh rolls back. It has no actions, because Datadog's monitors call people.
 *
 * Three minutes of five, so that a minute whose errors arrive later than its requests does not matter: it is evaluated again.
 * Without requests the metrics have no data, which is not an error.
 * @see https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-cloudwatch-metrics.html
 */
export class RollOutAlarm extends Construct {
  constructor(scope: Construct, id: string, { name, service, loadBalancer, targetGroup }: RollOutAlarmProps) {
    super(scope, id);
    const metric = (metricId: string, metricName: string): CloudwatchMetricAlarmMetricQuery => ({
      id: metricId,
      returnData: false,
      metric: {
        namespace: "AWS/ApplicationELB",
        metricName,
        stat: "Sum",
        period: 60,
        dimensions: { LoadBalancer: loadBalancer.arnSuffix, TargetGroup: targetGroup.arnSuffix },
      },
    });
    new CloudwatchMetricAlarm(this, "alarm", {
      alarmName: name,
      alarmDescription: `Service ${service}: ${FAILED_PERCENT} % of its requests fail. An instance refresh rolls back; nobody is called.`,
      comparisonOperator: "GreaterThanOrEqualToThreshold",
      threshold: FAILED_PERCENT,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
      treatMissingData: "notBreaching",
      metricQuery: [
        {
          id: "failed",
          label: "Failed requests, percent",
          expression: `IF(requests >= ${LEAST_REQUESTS}, 100 * FILL(errors, 0) / requests, 0)`,
          returnData: true,
        },
        metric("errors", "HTTPCode_Target_5XX_Count"),
        metric("requests", "RequestCount"),
      ],
    });
  }
}
