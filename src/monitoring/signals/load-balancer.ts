import type { Environment } from "../../config";
import { type MetricQuery, type Series, single } from "../datadog/metric-query";
import { loadBalancer } from "../datadog/tag-filters";
import { aboveZero } from "../datadog/thresholds";
import type { Signal } from "./signal";

/**
 * Targets and connections of the load balancer, from CloudWatch. Datadog names the tag of an Availability Zone `availability-zone`.
 * @see https://docs.datadoghq.com/integrations/amazon-elb/ (names, types and units; December 2026)
 */
export function loadBalancerHealth(environment: Environment): Signal {
  const targets = (metric: string): MetricQuery =>
    single(
      {
        aggregator: "max",
        metric: `aws.applicationelb.${metric}`,
        tags: loadBalancer(environment),
        by: ["availability-zone"],
      },
      "host",
    );
  const count = (metric: string): Series => ({
    aggregator: "sum",
    metric: `aws.applicationelb.${metric}`,
    tags: loadBalancer(environment),
    as: "count",
  });
  const unhealthy = targets("un_healthy_host_count");
  const rejected = single(count("rejected_connection_count"), "connection");
  return {
    id: "load-balancer",
    title: "Load balancer: targets and connections",
    tier: "application",
    meaning: "The load balancer does not send requests to a server, or does not accept connections of clients.",
    graphs: [
      { title: "Healthy targets, by zone", lines: [{ label: "healthy", query: targets("healthy_host_count") }] },
      { title: "Unhealthy targets, by zone", lines: [{ label: "unhealthy", query: unhealthy }], display: "bars" },
      {
        title: "Connections that failed",
        lines: [
          { label: "to targets", query: single(count("target_connection_error_count"), "error") },
          { label: "of clients, rejected", query: rejected },
        ],
        display: "bars",
      },
    ],
    alerts: [
      {
        kind: "metric",
        id: "load-balancer-unhealthy",
        title: "A target of the load balancer stays unhealthy",
        severity: "ticket",
        meaning: "A server fails its health check for half an hour, and its group has not replaced it.",
        query: unhealthy,
        thresholds: aboveZero("host"),
        // A replacement takes up to ten minutes.
        over: "min",
        window: "last_30m",
      },
      {
        kind: "metric",
        id: "load-balancer-rejected",
        title: "The load balancer rejects connections",
        severity: "ticket",
        meaning:
          "The load balancer has reached its maximum of connections, and no server sees the clients that it rejects.",
        query: rejected,
        thresholds: aboveZero("connection"),
        over: "sum",
        window: "last_15m",
        onMissingData: "resolve",
      },
    ],
  };
}
