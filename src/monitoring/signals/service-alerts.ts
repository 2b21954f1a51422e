import { type Environment, type PlacedService, servicesOf } from "../../config";
import { endsOf } from "../datadog/service-names";
import type { Alert } from "./signal";

/** The alerts of every service, each of which reads the servers and requests of its service only. */
export function ofEachService(
  environment: Environment,
  alertsOf: (service: PlacedService) => readonly [Alert, ...Alert[]],
): [Alert, ...Alert[]] {
  const [first, ...others] = servicesOf(environment).flatMap((service) =>
    alertsOf(service).map((alert) => ofService(alert, service)),
  );
  if (first === undefined) throw new RangeError(`${environment.name} has no services`);
  return [first, ...others];
}

/** An alert of one service: its id and title name it, and what it reads has the service's tag. CloudWatch knows no services. */
export function ofService(alert: Alert, service: PlacedService): Alert {
  const { id, title } = endsOf(service);
  const own = { id: `${alert.id}${id}`, title: `${alert.title}${title}`, service };
  const tag = `service:${service.name}`;
  if (alert.kind === "check") return { ...alert, ...own, tags: [...alert.tags, tag] };
  const series = Object.entries(alert.query.series).map(([name, each]) => {
    const tags = each.metric.startsWith("aws.") ? each.tags : [...each.tags, tag];
    return [name, { ...each, tags }] as const;
  });
  return { ...alert, ...own, query: { ...alert.query, series: Object.fromEntries(series) } };
}
