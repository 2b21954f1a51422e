import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { Construct } from "constructs";

import { type Environment, prefix } from "../config";
import { monitorTags } from "./alert-monitor";
import { dashboardUrl, runbookUrl } from "./links";
import { message } from "./message";
import { pageRecipients } from "./recipients";

/** @see https://docs.datadoghq.com/monitors/types/composite/ */
const MOST_MEMBERS = 10;
/** Tier of the page: none of the three, so that maintenance of one holds no page back. */
export const PAGE_TIER = "page";
const RENOTIFY_MINUTES = 30;

/** Something that pages: its monitor, and what is wrong then. */
export interface PageMember {
  /** The monitor that is a member. */
  readonly monitor: Monitor;
  /** What is wrong when it is in alert. */
  readonly title: string;
  /** Address of what to do then. */
  readonly runbook: string;
}

export interface PageMonitorProps {
  readonly environment: Environment;
  /** Whatever hurts customers, 1 to 10 monitors without groups. */
  readonly members: readonly PageMember[];
}

/**
 * The one monitor that pages. It is in alert while any of its members is: a lost zone, with all that follows from it, rings once
 * (docs/decisions/0021-one-page-for-one-incident.md).
 */
export class PageMonitor extends Construct {
  constructor(scope: Construct, id: string, { environment, members }: PageMonitorProps) {
    super(scope, id);
    if (members.length < 1 || members.length > MOST_MEMBERS) {
      throw new RangeError(`A composite monitor has 1 to ${MOST_MEMBERS} members, not ${members.length}`);
    }
    new Monitor(this, "monitor", {
      name: `[${prefix(environment)}] Customers are affected`,
      type: "composite",
      query: members.map(({ monitor }) => monitor.id).join(" || "),
      message: message({
        title: `Customers of ${environment.domain} are affected, or soon will be`,
        // The warnings of its members have gone out already.
        warns: false,
        meaning: "At least one of these is true; the channel says which, and since when:",
        notes: members.map(({ title, runbook }) => `- ${title}: ${runbook}`),
        runbook: runbookUrl(environment, { tier: "paging", id: "customers-are-affected" }),
        dashboard: dashboardUrl(environment, "application"),
        recipients: pageRecipients(environment),
      }),
      priority: "1",
      tags: monitorTags(environment, PAGE_TIER, "page", "page"),
      includeTags: false,
      // Silence of one member is that member's to say.
      notifyNoData: false,
      renotifyInterval: RENOTIFY_MINUTES,
      renotifyStatuses: ["alert"],
      escalationMessage: `Still: customers of ${environment.domain} are affected. ${pageRecipients(environment).alert.join(" ")}`,
      requireFullWindow: false,
      notifyAudit: false,
    });
  }
}
