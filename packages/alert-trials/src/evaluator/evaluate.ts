import { monitorsIn } from "../datadog";
import type { Tags, Telemetry } from "../simulation";
import { anomalyGroups } from "./anomaly";
import { burnRateGroups } from "./burn-rate";
import { checkGroups } from "./check";
import { forecastGroups } from "./forecast";
import type { EmptyWindow, Group } from "./group";
import { GroupState } from "./group-state";
import type { Event } from "./message";
import { metricGroups } from "./metric-monitor";
import type { Monitor, Monitors } from "./monitor";
import { modelled, NotModelled } from "./not-modelled";
import { compositeStatus } from "./status";

/** A change of status of a monitor or one of its groups, or a renotification. */
export interface Notification {
  readonly minute: number;
  readonly monitor: Monitor;
  /** The group's tags; empty for a simple alert. */
  readonly group: Tags;
  readonly event: Event;
  /** Recipients; none when the message has none for this transition. */
  readonly to: readonly string[];
}

/** The result of an evaluation. */
export interface Evaluated {
  /** In order. */
  readonly notifications: readonly Notification[];
  /** Monitors whose query has no model, with the reason. */
  readonly notSimulated: ReadonlyMap<Monitor, string>;
}

/** Evaluates all monitors minute by minute. */
export function evaluate(
  { all, objectives }: Monitors,
  telemetry: Telemetry,
  emptyWindow: EmptyWindow = "zero",
): Evaluated {
  const notSimulated = new Map<Monitor, string>();
  const states = new Map<Monitor, readonly GroupState[]>();
  const rank = ({ query }: Monitor) => Number(query.kind === "composite");
  // Composites come last, because they read the statuses of the others.
  for (const monitor of [...all].sort((one, other) => rank(one) - rank(other))) {
    const read = () => groupsOf(monitor).map((group) => new GroupState(monitor, group));
    const leaveOut = (reason: string) => {
      notSimulated.set(monitor, reason);
      return [];
    };
    states.set(monitor, modelled(read, leaveOut));
  }
  const notifications: Notification[] = [];
  for (let minute = 0; minute < telemetry.minutes; minute += 1) {
    for (const [monitor, groups] of states) {
      for (const state of groups) {
        const told = state.advance(minute);
        const group = state.group.tags;
        // Datadog mutes a host that EC2 reports as stopped or terminated: https://docs.datadoghq.com/integrations/amazon-ec2/#automuting
        const isMuted = minute >= (telemetry.terminated.get(group.host ?? "") ?? Infinity);
        if (told !== undefined && !isMuted) notifications.push({ minute, monitor, group, ...told });
      }
    }
  }
  return { notifications, notSimulated };

  function groupsOf(monitor: Monitor): readonly Group[] {
    const { query, options } = monitor;
    if (query.kind === "check") return checkGroups(query, telemetry, monitor.thresholds);
    if (query.kind === "burn rate") {
      const objective = objectives.get(query.objective);
      if (objective === undefined) throw new NotModelled(`${query.objective} is no objective over metrics here`);
      return burnRateGroups(query, objective, telemetry);
    }
    if (query.kind === "composite") {
      const members = new Map(monitorsIn(query.condition).map((reference) => [reference, memberNamed(reference)]));
      const statusOf = (reference: string) => members.get(reference)?.[0]?.status ?? "OK";
      // Without notify_no_data, a composite keeps its status instead of No Data.
      const evaluateMembers: Group["evaluate"] = (_, previous) => {
        const status = compositeStatus(query.condition, statusOf);
        return status === "No Data" && !options.notify_no_data ? previous : status;
      };
      return [{ tags: {}, late: 0, has: () => true, evaluate: evaluateMembers }];
    }
    const { expression } = query;
    if (expression.kind === "call") {
      if (expression.name === "forecast") return forecastGroups(query, expression, monitor, telemetry);
      if (expression.name === "anomalies") return anomalyGroups(query, expression, monitor, telemetry);
    }
    return metricGroups(query, monitor, telemetry, emptyWindow);
  }

  /** A composite combines the statuses of simple alerts into one; a member that is not simulated counts as OK. */
  function memberNamed(reference: string): readonly GroupState[] {
    const [member, groups] = [...states].find(([monitor]) => monitor.reference === reference) ?? [];
    if (member === undefined || groups === undefined || member.query.kind === "composite") {
      throw new NotModelled(`its member ${reference} is no monitor that has a model`);
    }
    if (groups.some(({ group }) => Object.keys(group.tags).length > 0)) {
      throw new NotModelled(`its member ${member.id} has groups`);
    }
    return groups;
  }
}
