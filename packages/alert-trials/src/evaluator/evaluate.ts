import { monitorsIn } from "../datadog";
import type { Tags, Telemetry } from "../simulation";
import { anomalyGroups } from "./anomaly";
import { burnRateGroups } from "./burn-rate";
import { checkGroups } from "./check";
import { compositeStatus } from "./composite";
import { forecastGroups } from "./forecast";
import type { EmptyWindow, Group } from "./group";
import { GroupState } from "./group-state";
import { type Event, handlesIn, recipientsOf } from "./message";
import { metricGroups } from "./metric-monitor";
import type { Monitor, Monitors } from "./monitor";
import { modelled, NotModelled } from "./not-modelled";
import type { Status } from "./status";

/** Hours after which a monitor stops renotifying. @see https://docs.datadoghq.com/monitors/notify/#renotify */
const RENOTIFY_HOURS = 30;

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

export interface Evaluation {
  readonly emptyWindow?: EmptyWindow;
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
  { emptyWindow = "zero" }: Evaluation = {},
): Evaluated {
  const notSimulated = new Map<Monitor, string>();
  const each = <T>(monitors: readonly Monitor[], read: (monitor: Monitor) => T[]) =>
    monitors.flatMap((monitor) => {
      const result = modelled(() => read(monitor));
      if ("value" in result) return result.value;
      notSimulated.set(monitor, result.reason);
      return [];
    });
  const simple = all.filter(({ query }) => query.kind !== "composite");
  const watched = each(simple, (monitor) => [new Watched(monitor, groupsOf(monitor), telemetry)]);
  const composites = each(all, (monitor) => {
    const { query } = monitor;
    if (query.kind !== "composite") return [];
    const members = monitorsIn(query.condition).flatMap((reference) => memberNamed(reference));
    return [{ condition: query.condition, members, alert: new Alerting(monitor, {}) }];
  });
  const notifications: Notification[] = [];
  for (let minute = 0; minute < telemetry.minutes; minute += 1) {
    for (const one of watched) one.advance(minute, notifications);
    for (const { condition, members, alert } of composites) {
      const statusOf = (reference: string) =>
        members.find(({ monitor }) => monitor.reference === reference)?.status ?? "OK";
      const context = { previous: alert.status, notifiesNoData: alert.monitor.options.notify_no_data };
      alert.become(compositeStatus(condition, statusOf, context), minute, notifications);
    }
  }
  return { notifications, notSimulated };

  function groupsOf({ query, thresholds, options }: Monitor): Group[] {
    const evaluationDelay = options.evaluation_delay;
    switch (query.kind) {
      case "check":
        return checkGroups(query, telemetry, { ...thresholds, ok: thresholds.ok ?? 1 });
      case "burn rate": {
        const objective = objectives.get(query.objective);
        if (objective === undefined) throw new NotModelled(`${query.objective} is no objective over metrics here`);
        return burnRateGroups(query, objective, telemetry);
      }
      case "metric": {
        const { expression } = query;
        const { trigger_window: triggerWindow, recovery_window: recoveryWindow } =
          options.monitor_threshold_windows ?? {};
        if (expression.kind === "call" && expression.name === "forecast") {
          return forecastGroups(query, expression, telemetry, { thresholds, evaluationDelay });
        }
        if (expression.kind === "call" && expression.name === "anomalies") {
          const windows = { triggerWindow, recoveryWindow };
          return anomalyGroups(query, expression, telemetry, { thresholds, evaluationDelay, ...windows });
        }
        return metricGroups(query, telemetry, { thresholds, evaluationDelay, emptyWindow });
      }
      case "composite":
        return [];
    }
  }

  /** A composite combines the statuses of simple alerts into one; a member that is not simulated counts as OK. */
  function memberNamed(reference: string): Watched[] {
    if ([...notSimulated.keys()].some((monitor) => monitor.reference === reference)) return [];
    const member = watched.find(({ monitor }) => monitor.reference === reference);
    if (member === undefined) throw new NotModelled(`its member ${reference} is no monitor that has a model`);
    if (member.hasGroups) throw new NotModelled(`its member ${member.monitor.id} has groups`);
    return [member];
  }
}

/** A monitor with its groups. */
class Watched {
  private readonly groups: readonly {
    readonly state: GroupState;
    readonly alert: Alerting;
    readonly mutedFrom: number;
  }[];
  readonly hasGroups: boolean;

  constructor(
    readonly monitor: Monitor,
    groups: readonly Group[],
    telemetry: Telemetry,
  ) {
    this.hasGroups = groups.some(({ tags }) => Object.keys(tags).length > 0);
    this.groups = groups.map((group) => ({
      state: new GroupState(group, monitor.options),
      alert: new Alerting(monitor, group.tags),
      mutedFrom: telemetry.terminated.get(group.tags.host ?? "") ?? Infinity,
    }));
  }

  /** The status of a simple alert. */
  get status(): Status {
    return this.groups[0]?.state.status ?? "OK";
  }

  advance(minute: number, notifications: Notification[]): void {
    for (const { state, alert, mutedFrom } of this.groups) {
      state.advance(minute);
      // Datadog mutes a host that EC2 reports as stopped or terminated: https://docs.datadoghq.com/integrations/amazon-ec2/#automuting
      alert.become(state.status, minute, minute >= mutedFrom ? [] : notifications);
    }
  }
}

/** Notifies of status changes, and renotifies of alerts that last. */
class Alerting {
  status: Status = "OK";
  private since = 0;
  private said = 0;

  constructor(
    readonly monitor: Monitor,
    private readonly group: Tags,
  ) {}

  become(status: Status, minute: number, notifications: Notification[]): void {
    const {
      message,
      escalation_message: escalation,
      renotify_interval: interval,
      renotify_statuses: statuses,
    } = this.monitor.options;
    const tell = (event: Event, to: readonly string[]) => {
      this.said = minute;
      notifications.push({ minute, monitor: this.monitor, group: this.group, event, to });
    };
    if (status !== this.status) {
      const event: Event = { kind: "transition", from: this.status, to: status };
      if (this.status === "OK") this.since = minute;
      this.status = status;
      tell(event, recipientsOf(message, event));
      return;
    }
    const lasts = interval > 0 && (statuses as readonly string[]).includes(status.toLowerCase());
    if (lasts && minute - this.said >= interval && minute - this.since < RENOTIFY_HOURS * 60) {
      const event: Event = { kind: "renotification", status };
      tell(event, escalation === undefined ? recipientsOf(message, event) : handlesIn(escalation));
    }
  }
}
