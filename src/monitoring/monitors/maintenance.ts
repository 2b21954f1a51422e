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
}

/** Downtimes for planned maintenance. They mute the monitors of its tiers, which notify at the end if they are still in alert. */
export class Maintenance extends Construct {
  constructor(scope: Construct, id: string, { environmentName, maintenance }: MaintenanceProps) {
    super(scope, id);
    for (const [name, planned] of Object.entries(maintenance)) {
      const downtimes = new Construct(this, name);
      // Muted members do not mute a composite monitor, and the page is about all tiers.
      const isComplete = ALL_TIERS.every((tier) => planned.tiers.includes(tier));
      const tiers = isComplete ? [...planned.tiers, PAGE_TIER] : planned.tiers;
      for (const tier of tiers) createDowntime(downtimes, environmentName, tier, planned);
    }
  }
}

/** One downtime for each tier, because all tags of a downtime must match. */
function createDowntime(
  scope: Construct,
  environmentName: string,
  tier: string,
  { reason, window }: PlannedMaintenance[string],
): void {
  new DowntimeSchedule(scope, tier, {
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
          recurringSchedule: {
            timezone: "UTC",
            recurrence: [
              {
                rrule: "FREQ=WEEKLY;INTERVAL=1",
                duration: `${window.minutes}m`,
                // In the schedule's time zone, so without an offset.
                start: window.first.replace("Z", ""),
              },
            ],
          },
        }),
  });
}
