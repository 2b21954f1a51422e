import { monitorsIn } from "../datadog";
import type { Tags, World } from "../simulation";
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

/** Hours after which a monitor stops to bring up what it has said. @see https://docs.datadoghq.com/monitors/notify/#renotify */
const RENOTIFY_HOURS = 30;

/** A monitor, or one of its groups, has become something else, or says again what it is. */
export interface Notification {
  readonly minute: number;
  readonly monitor: Monitor;
  /** The group's tags; none of a simple alert. */
  readonly group: Tags;
  readonly event: Event;
  /** Handles that it calls; none when its message has none for this. */
  readonly to: readonly string[];
}

export interface Evaluation {
  readonly emptyWindow?: EmptyWindow;
}

/** Steps through a world's minutes, and says what every monitor would tell whom, in order. */
export function evaluate(
  { all, objectives }: Monitors,
  world: World,
  { emptyWindow = "zero" }: Evaluation = {},
): Notification[] {
  const simple = all.filter(({ query }) => query.kind !== "composite");
  const watched = simple.map((monitor) => new Watched(monitor, groupsOf(monitor), world));
  const composites = all.flatMap((monitor) => {
    const { query } = monitor;
    if (query.kind !== "composite") return [];
    const members = monitorsIn(query.condition).map((reference) => memberNamed(watched, reference, monitor));
    return [{ condition: query.condition, members, alert: new Alerting(monitor, {}) }];
  });
  const notifications: Notification[] = [];
  for (let minute = 0; minute < world.minutes; minute += 1) {
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
        return checkGroups(query, world, { ...thresholds, ok: thresholds.ok ?? 1 });
      case "burn rate": {
        const objective = objectives.get(query.objective);
        if (objective === undefined)
          throw unsupported(`Monitor ${monitor.id}`, `${query.objective} is no objective here`);
        return burnRateGroups(query, objective, world);
      }
      case "metric": {
        const { expression } = query;
        const evaluationDelay = options.evaluation_delay;
        if (expression.kind === "call" && expression.name === "forecast") {
          return forecastGroups(query, expression, world, { thresholds, evaluationDelay });
        }
        if (expression.kind === "call" && expression.name === "anomalies") {
          const { trigger_window: triggerWindow, recovery_window: recoveryWindow } =
            options.monitor_threshold_windows ?? {};
          return anomalyGroups(query, expression, world, {
            thresholds,
            triggerWindow,
            recoveryWindow,
            evaluationDelay,
          });
        }
        return metricGroups(query, world, { thresholds, evaluationDelay, emptyWindow });
      }
      case "composite":
        return new Map();
    }
  }
}

/** A composite counts what its members are, and is one alert only if they are. */
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
    world: World,
  ) {
    this.hasGroups = [...groups.values()].some(({ tags }) => Object.keys(tags).length > 0);
    this.groups = [...groups.values()].map((group) => ({
      state: new GroupState(group, monitor.options),
      alert: new Alerting(monitor, group.tags),
      mutedFrom: world.terminated.get(group.tags.host ?? "") ?? Infinity,
    }));
  }

  /** Of a simple alert: what it is. */
  get status(): Status {
    return this.groups[0]?.state.status ?? "OK";
  }

  advance(minute: number, notifications: Notification[]): void {
    for (const { state, alert, mutedFrom } of this.groups) {
      state.advance(minute);
      // Datadog mutes a host that EC2 says was stopped or terminated: https://docs.datadoghq.com/integrations/amazon-ec2/#automuting
      alert.become(state.status, minute, minute >= mutedFrom ? [] : notifications);
    }
  }
}

/** Tells what changes, and what lasts. */
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
