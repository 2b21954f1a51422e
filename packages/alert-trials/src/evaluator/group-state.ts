import type { Group } from "./group";
import { type Event, handlesIn, recipientsOf } from "./message";
import type { Monitor } from "./monitor";
import type { Status } from "./status";

const HOUR = 60;
/** Hours after which a group without data is forgotten. @see https://docs.datadoghq.com/monitors/configuration/ "Group retention time" */
const RETENTION_HOURS = 24;
/** Hours after which a monitor stops renotifying. @see https://docs.datadoghq.com/monitors/notify/#renotify */
const RENOTIFY_HOURS = 30;

/** The status of one group of a monitor over time, and what is told of it. */
export class GroupState {
  status: Status = "OK";
  private firstValue: number | undefined;
  private lastValue = NaN;
  private since = 0;
  private said = 0;

  constructor(
    private readonly monitor: Monitor,
    readonly group: Group,
  ) {}

  /** Evaluates a minute; called for each minute in order. @returns a change of status or a renotification, and its recipients */
  advance(now: number): { readonly event: Event; readonly to: readonly string[] } | undefined {
    const { group, status: before } = this;
    const { message, escalation_message: escalation } = this.monitor.options;
    const end = now - group.late;
    if (end >= 0 && group.has(end)) {
      this.firstValue ??= end;
      this.lastValue = now;
    }
    // A group that never had a value has no missing data.
    if (this.firstValue === undefined || this.isTooNew(end, this.firstValue)) return undefined;
    this.status = group.evaluate(end, before) ?? this.withoutValue(now - this.lastValue);
    if (this.status === before && !this.isRepeated(now)) return undefined;
    if (before === "OK") this.since = now;
    this.said = now;
    if (this.status !== before) {
      const event: Event = { kind: "transition", from: before, to: this.status };
      return { event, to: recipientsOf(message, event) };
    }
    const event: Event = { kind: "renotification", status: this.status };
    return { event, to: escalation === undefined ? recipientsOf(message, event) : handlesIn(escalation) };
  }

  /**
   * A new group is not evaluated during `new_group_delay`; groups that exist at the start are not new.
   * @see https://docs.datadoghq.com/monitors/configuration/ "New group delay"
   */
  private isTooNew(end: number, first: number): boolean {
    return first > 0 && end - first < (this.monitor.options.new_group_delay ?? 0) / 60;
  }

  /**
   * The status of a group without a value. With `on_missing_data` it resolves or becomes No Data at once; otherwise it becomes No Data after the configured time
   * if the monitor notifies of missing data; resolves after hours without data if the monitor allows that; otherwise it stays.
   * @see https://docs.datadoghq.com/monitors/configuration/ "No data", "Auto resolve"
   * @see https://docs.datadoghq.com/monitors/guide/on_missing_data/
   */
  private withoutValue(noDataMinutes: number): Status {
    const {
      on_missing_data: missing,
      notify_no_data: notifies,
      timeout_h: hours = 0,
      ...options
    } = this.monitor.options;
    if (missing === "show_and_notify_no_data") return "No Data";
    if (missing === "resolve" || noDataMinutes >= Math.min(hours > 0 ? hours : RETENTION_HOURS, RETENTION_HOURS) * HOUR)
      return "OK";
    return notifies && noDataMinutes >= (options.no_data_timeframe ?? Infinity) ? "No Data" : this.status;
  }

  /** Whether an alert lasts that is told again now. */
  private isRepeated(now: number): boolean {
    const { renotify_interval: interval, renotify_statuses: statuses } = this.monitor.options;
    const isTold = interval > 0 && (statuses as readonly string[]).includes(this.status.toLowerCase());
    return isTold && now - this.said >= interval && now - this.since < RENOTIFY_HOURS * HOUR;
  }
}
