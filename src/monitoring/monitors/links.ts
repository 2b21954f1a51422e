import type { Tier } from "../signals/signal";

/** A heading of a runbook. */
export interface RunbookEntry {
  /** File name of the runbook, without extension. */
  readonly tier: Tier | "objectives" | "paging";
  /** Anchor of the heading. */
  readonly id: string;
}

export interface LinksProps {
  /** What titles of dashboards start with, such as `dev-one-staging`. */
  readonly namePrefix: string;
  /** Datadog site, such as `datadoghq.com`. */
  readonly site: string;
  /** URL of the folder of the runbooks. */
  readonly runbooksUrl: string;
}

/** URLs of dashboards and runbooks, for monitors and dashboards. */
export class Links {
  constructor(private readonly props: LinksProps) {}

  runbook({ tier, id }: RunbookEntry): string {
    return `${this.props.runbooksUrl}/${tier}.md#${id}`;
  }

  dashboardTitle(tier: Tier): string {
    return `${this.props.namePrefix}: ${tier}`;
  }

  /** A search by the title, because ids of dashboards are known after apply and dashboards that link to each other would form a cycle. */
  dashboard(tier: Tier): string {
    return `${this.appUrl()}/dashboard/lists?q=${encodeURIComponent(this.dashboardTitle(tier))}`;
  }

  /** US1 and EU have a host of their own for the app; that of other sites is the site. */
  private appUrl(): string {
    const { site } = this.props;
    return site === "datadoghq.com" || site === "datadoghq.eu" ? `https://app.${site}` : `https://${site}`;
  }
}
