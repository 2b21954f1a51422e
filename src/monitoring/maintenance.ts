import { DowntimeSchedule } from "@cdktf/provider-datadog/lib/downtime-schedule";
import { Construct } from "constructs";

import type { Environment } from "../config";
import { PAGE_TIER } from "./page-monitor";
import type { Tier } from "./signal";

type Planned = Environment["datadog"]["maintenance"][string];

const ALL_TIERS: readonly Tier[] = ["servers", "application", "data"];

export interface MaintenanceProps {
  readonly environment: Environment;
}

/** Planned work, in which monitors of the tiers that are worked on are silent. What is still wrong afterwards is said then. */
export class Maintenance extends Construct {
  constructor(scope: Construct, id: string, { environment }: MaintenanceProps) {
    super(scope, id);
    for (const [name, planned] of Object.entries(environment.datadog.maintenance)) {
      const planning = new Construct(this, name);
      // A composite does not inherit the silence of its members, and the page is about all tiers.
      const isComplete = ALL_TIERS.every((tier) => planned.tiers.includes(tier));
      const tiers = isComplete ? [...planned.tiers, PAGE_TIER] : planned.tiers;
      for (const tier of tiers) createDowntime(planning, environment, tier, planned);
    }
  }
}

/** Tags of monitors must all match, so that each tier has a downtime of its own. */
function createDowntime(scope: Construct, { name }: Environment, tier: string, { reason, window }: Planned): void {
  new DowntimeSchedule(scope, tier, {
    // Monitors are chosen by their own tags; the scope would choose among their groups.
    scope: "*",
    monitorIdentifier: { monitorTags: [`env:${name}`, "project:dev-one", `tier:${tier}`] },
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
                // Local to the schedule's time zone, so without one of its own.
                start: window.first.replace("Z", ""),
              },
            ],
          },
        }),
  });
}
