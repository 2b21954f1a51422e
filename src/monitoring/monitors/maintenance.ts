import { DowntimeSchedule } from "@cdktf/provider-datadog/lib/downtime-schedule";
import { Construct } from "constructs";

import type { Environment } from "../../config";
import type { Tier } from "../signals/signal";
import { PAGE_TIER } from "./page-monitor";

type PlannedMaintenance = Environment["datadog"]["maintenance"];

const ALL_TIERS: readonly Tier[] = ["servers", "application", "data"];

export interface MaintenanceProps {
  /** Value of the monitors' tag `env`. */
  readonly environmentName: string;
  /** Planned maintenance by name. */
  readonly maintenance: PlannedMaintenance;
  /** The current time: Datadog refuses a schedule that starts in the past. */
  readonly now: Date;
}

/** Downtimes for planned maintenance. They mute the monitors of its tiers, which notify at the end if they are still in alert. */
export class Maintenance extends Construct {
  constructor(scope: Construct, id: string, { environmentName, maintenance, now }: MaintenanceProps) {
    super(scope, id);
    for (const [name, planned] of Object.entries(maintenance)) {
      const downtimes = new Construct(this, name);
      // Muted members do not mute a composite monitor, and the page is about all tiers.
      const isComplete = ALL_TIERS.every((tier) => planned.tiers.includes(tier));
      const tiers = isComplete ? [...planned.tiers, PAGE_TIER] : planned.tiers;
      for (const tier of tiers) createDowntime(downtimes, tier, { environmentName, now, ...planned });
    }
  }
}

/** One downtime for each tier, because all tags of a downtime must match. */
function createDowntime(
  scope: Construct,
  tier: string,
  { environmentName, now, reason, window }: PlannedMaintenance[string] & Omit<MaintenanceProps, "maintenance">,
): void {
  // The start moves on with the time of synthesis, which is no change; another weekday or time of day is another downtime.
  const id = window.kind === "once" ? tier : `${tier}-${weekTime(window.first)}`;
  new DowntimeSchedule(scope, id, {
    // Monitors are selected by monitor tags; `scope` selects groups of a monitor.
    scope: "*",
    monitorIdentifier: { monitorTags: [`env:${environmentName}`, "project:dev-one", `tier:${tier}`] },
    message: reason,
    displayTimezone: "UTC",
    muteFirstRecoveryNotification: true,
    notifyEndStates: ["alert", "no data"],
    notifyEndTypes: ["expired", "canceled"],
    ...(window.kind === "once"
      ? { oneTimeSchedule: { start: window.start, end: window.end } }
      : {
          lifecycle: { ignoreChanges: ["recurring_schedule.recurrence[0].start"] },
          recurringSchedule: {
            timezone: "UTC",
            recurrence: [
              {
                rrule: "FREQ=WEEKLY;INTERVAL=1",
                duration: `${window.minutes}m`,
                // In the schedule's time zone, so without an offset.
                start: nextStart(window, now).replace("Z", ""),
              },
            ],
          },
        }),
  });
}

/**
 * The first start of a weekly window that is not in the past. The configured one passes, and the downtime could not be created anew, for
 * another environment or after a lost state.
 */
function nextStart({ first }: Extract<PlannedMaintenance[string]["window"], { kind: "weekly" }>, now: Date): string {
  const [start, week] = [Date.parse(first), 7 * 24 * 60 * 60 * 1000];
  const passed = Math.max(0, Math.ceil((now.getTime() - start) / week));
  return new Date(start + passed * week).toISOString().replace(".000Z", "Z");
}

/** Weekday and time of day in UTC, such as `sun-0330`. */
const weekTime = (moment: string): string =>
  new Date(moment)
    .toUTCString()
    .replace(/^(\w+), .* (\d\d):(\d\d):.*$/, "$1-$2$3")
    .toLowerCase();
