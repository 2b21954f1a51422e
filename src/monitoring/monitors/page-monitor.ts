import { Monitor } from "@cdktf/provider-datadog/lib/monitor";
import { Construct } from "constructs";

import type { PlacedService } from "../../config";
import { monitorTags } from "./alert-monitor";
import type { Links } from "./links";
import { message } from "./message";
import type { Recipients } from "./recipients";

/** @see https://docs.datadoghq.com/monitors/types/composite/ */
const MAX_MEMBERS = 10;
/** Value of the page's tag `tier`: none of the three tiers, so that maintenance of one tier does not mute the page. */
export const PAGE_TIER = "page";
const RENOTIFY_MINUTES = 30;

/** A monitor that pages. */
export interface PageMember {
  /** Member of the composite monitor. */
  readonly monitor: Monitor;
  /** What is wrong when the monitor is in alert. */
  readonly title: string;
  /** URL of the runbook entry. */
  readonly runbook: string;
  /** The service that it is about. @default the platform */
  readonly service?: PlacedService | undefined;
}

export interface PageMonitorProps {
  /** What the monitor's name starts with, such as `dev-one-staging`. */
  readonly namePrefix: string;
  /** Value of the tag `env`. */
  readonly environmentName: string;
  /** Domain whose clients are affected. */
  readonly domainName: string;
  /** URLs of runbook and dashboard. */
  readonly links: Links;
  /** The service whose owner is paged. @default the platform, with the service on all servers */
  readonly service?: PlacedService;
  /** On call. */
  readonly recipients: Recipients;
  /** Monitors of what affects clients: 1 to 10, without groups. */
  readonly members: readonly PageMember[];
}

/**
 * The monitor that pages, of the platform or of one service. It is in alert while any of its members is, so an outage of an Availability Zone with all its
 * consequences pages once (docs/decisions/0021-one-page-for-one-incident.md).
 */
export class PageMonitor extends Construct {
  constructor(scope: Construct, id: string, props: PageMonitorProps) {
    super(scope, id);
    const { namePrefix, environmentName, domainName, links, service, recipients, members } = props;
    const customers = service === undefined ? domainName : `${service.name} (${domainName})`;
    if (members.length < 1 || members.length > MAX_MEMBERS) {
      throw new RangeError(`A composite monitor has 1 to ${MAX_MEMBERS} members, not ${members.length}`);
    }
    new Monitor(this, "monitor", {
      name: `[${namePrefix}] Customers are affected${service === undefined ? "" : ` (${service.name})`}`,
      type: "composite",
      query: members.map(({ monitor }) => monitor.id).join(" || "),
      message: message({
        title: `Customers of ${customers} are affected, or soon will be`,
        // Its members have notified of their warnings.
        hasWarning: false,
        meaning: "At least one of these is true; the channel says which, and since when:",
        notes: members.map(({ title, runbook }) => `- ${title}: ${runbook}`),
        runbook: links.runbook({ tier: "paging", id: "customers-are-affected" }),
        dashboard: links.dashboard("application"),
        recipients,
      }),
      priority: "1",
      tags: monitorTags(environmentName, PAGE_TIER, "page", "page", service),
      includeTags: false,
      // A member without data notifies itself.
      notifyNoData: false,
      renotifyInterval: RENOTIFY_MINUTES,
      renotifyStatuses: ["alert"],
      escalationMessage: `Still: customers of ${customers} are affected. ${recipients.alert.join(" ")}`,
      requireFullWindow: false,
      notifyAudit: false,
    });
  }
}
