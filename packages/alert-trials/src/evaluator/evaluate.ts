import { monitorsIn } from "../datadog";
import type { Tags, Telemetry } from "../simulation";
import { anomalyGroups } from "./anomaly";
import { burnRateGroups } from "./burn-rate";
import { checkGroups } from "./check";
import { compositeStatus } from "./composite";
import { forecastGroups } from "./forecast";
import type { EmptyWindow, Groups } from "./group";
import { GroupState } from "./group-state";
import { type Event, handlesIn, recipientsOf } from "./message";
import { metricGroups } from "./metric-monitor";
import type { Monitor, Monitors } from "./monitor";
import type { Status } from "./status";
import { unsupported } from "./unsupported";

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

/** Evaluates all monitors minute by minute. @returns their notifications in order */
export function evaluate(
  { all, objectives }: Monitors,
  telemetry: Telemetry,
  { emptyWindow = "zero" }: Evaluation = {},
): Notification[] {
  const simple = all.filter(({ query }) => query.kind !== "composite");
  const watched = simple.map((monitor) => new Watched(monitor, groupsOf(monitor), telemetry));
  const composites = all.flatMap((monitor) => {
    const { query } = monitor;
    if (query.kind !== "composite") return [];
    const members = monitorsIn(query.condition).map((reference) => memberNamed(watched, reference, monitor));
    return [{ condition: query.condition, members, alert: new Alerting(monitor, {}) }];
  });
  const notifications: Notification[] = [];
  for (let minute = 0; minute < telemetry.minutes; minute += 1) {
    for (const each of watched) each.advance(minute, notifications);
    for (const { condition, members, alert } of composites) {
      const statusOf = (reference: string) =>
        members.find(({ monitor }) => monitor.reference === reference)?.status ?? "OK";
      const context = { previous: alert.status, notifiesNoData: alert.monitor.options.notify_no_data };
      alert.become(compositeStatus(condition, statusOf, context), minute, notifications);
    }
  }
  return notifications;

  function groupsOf(monitor: Monitor): Groups {
    const { query, thresholds, options } = monitor;
    switch (query.kind) {
      case "check":
        return checkGroups(query, telemetry, { ...thresholds, ok: thresholds.ok ?? 1 });
      case "burn rate": {
        const objective = objectives.get(query.objective);
        if (objective === undefined)
          throw unsupported(`Monitor ${monitor.id}`, `${query.objective} is no objective here`);
        return burnRateGroups(query, objective, telemetry);
      }
      case "metric": {
        const { expression } = query;
        const evaluationDelay = options.evaluation_delay;
        if (expression.kind === "call" && expression.name === "forecast") {
          return forecastGroups(query, expression, telemetry, { thresholds, evaluationDelay });
        }
        if (expression.kind === "call" && expression.name === "anomalies") {
          const { trigger_window: triggerWindow, recovery_window: recoveryWindow } =
            options.monitor_threshold_windows ?? {};
          return anomalyGroups(query, expression, telemetry, {
            thresholds,
            triggerWindow,
            recoveryWindow,
            evaluationDelay,
          });
        }
        return metricGroups(query, telemetry, { thresholds, evaluationDelay, emptyWindow });
      }
      case "composite":
        return new Map();
    }
  }
}

/** A composite combines the statuses of simple alerts into one. */
function memberNamed(watched: readonly Watched[], reference: string, composite: Monitor): Watched {
  const member = watched.find(({ monitor }) => monitor.reference === reference);
  if (member === undefined) {
    throw unsupported(
      `Monitor ${composite.id}`,
      `its member ${reference} is no monitor of the environment, or a composite`,
    );
  }
  if (member.hasGroups) {
    throw unsupported(`Monitor ${composite.id}`, `its member ${member.monitor.id} has groups`);
  }
  return member;
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
    groups: Groups,
    telemetry: Telemetry,
  ) {
    this.hasGroups = [...groups.values()].some(({ tags }) => Object.keys(tags).length > 0);
    this.groups = [...groups.values()].map((group) => ({
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
