import type { Group } from "./group";
import type { Monitor } from "./monitor";
import type { Status } from "./status";

const HOUR = 60;
/** Hours after which a group without data is forgotten. @see https://docs.datadoghq.com/monitors/configuration/ "Group retention time" */
const RETENTION_HOURS = 24;

/** The options of the monitor that affect a group. */
export type GroupOptions = Pick<
  Monitor["options"],
  "notify_no_data" | "no_data_timeframe" | "on_missing_data" | "timeout_h" | "new_group_delay"
>;

/** The status of one group of a monitor, over time. */
export class GroupState {
  status: Status = "OK";
  private lastValue: number | undefined;

  constructor(
    private readonly group: Group,
    private readonly options: GroupOptions,
  ) {}

  /** Evaluates a minute; called for each minute in order. */
  advance(now: number): void {
    if (this.group.has(now)) this.lastValue = now;
    // A group that never had a value has no missing data.
    if (this.lastValue === undefined || this.isTooNew(now)) return;
    this.status = this.group.evaluate(now, this.status) ?? this.withoutValue(now - this.lastValue);
  }

  /**
   * A new group is not evaluated during `new_group_delay`; groups that exist at the start are not new.
   * @see https://docs.datadoghq.com/monitors/configuration/ "New group delay"
   */
  private isTooNew(now: number): boolean {
    const { first, late } = this.group;
    return first > 0 && now - late - first < (this.options.new_group_delay ?? 0) / 60;
  }

  /**
   * The status of a group without a value. It resolves at once with `on_missing_data: "resolve"`; becomes No Data after the configured time
   * if the monitor notifies of missing data; resolves after hours without data if the monitor allows that; otherwise it stays.
   * @see https://docs.datadoghq.com/monitors/configuration/ "No data", "Auto resolve"
   * @see https://docs.datadoghq.com/monitors/guide/on_missing_data/
   */
  private withoutValue(noDataMinutes: number): Status {
    const {
      on_missing_data: missing,
      notify_no_data: notifies,
      no_data_timeframe: timeframe,
      timeout_h: hours,
    } = this.options;
    if (missing === "resolve") return "OK";
    if (noDataMinutes >= RETENTION_HOURS * HOUR) return "OK";
    if (hours !== undefined && hours > 0 && noDataMinutes >= hours * HOUR) return "OK";
    if (notifies && timeframe !== undefined && noDataMinutes >= timeframe) return "No Data";
    return this.status;
  }
}
