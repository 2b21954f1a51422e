import { DashboardJson } from "@cdktf/provider-datadog/lib/dashboard-json";
import { Construct } from "constructs";

import type { Series } from "../datadog/metric-query";
import type { Links } from "../monitors/links";
import { PAGE_TIER } from "../monitors/page-monitor";
import type { Signal, Tier } from "../signals/signal";
import { inOneRow, inRows, layOut, type Section } from "./layout";
import {
  type Definition,
  type Link,
  monitorSummary,
  note,
  objectiveList,
  queryValue,
  rollOuts,
  timeseries,
} from "./widgets";

const TIERS: readonly Tier[] = ["application", "servers", "data"];

/** A template variable, by which viewers filter a dashboard. */
export interface TemplateVariable {
  /** Name in the dashboard, without its dollar sign. */
  readonly name: string;
  /** Tag key that it filters by. */
  readonly prefix: string;
  /** Prefixes of the metrics that carry the tag. */
  readonly metrics: readonly string[];
}

/** Content of a dashboard, from top to bottom. */
export interface DashboardPlan {
  /** Tier of the dashboard. */
  readonly tier: Tier;
  /** One sentence under the title. */
  readonly description: string;
  /** Template variables. */
  readonly variables: readonly TemplateVariable[];
  /** Lines of graphs whose newest value is shown at the top; at most six. */
  readonly numbers: readonly {
    /** Id of the signal. */
    readonly signal: string;
    /** Index of its graph, from 0. */
    readonly graph: number;
    /** Label of the line in the graph. The graph's thresholds colour the number, so they must hold for this line. @default the first line */
    readonly line?: string;
    /** Title of the number. */
    readonly title: string;
  }[];
  /** Groups of graphs. */
  readonly sections: readonly {
    /** Heading of the group. */
    readonly title: string;
    /** Colour of the heading. */
    readonly colour: Section["colour"];
    /** Ids of signals in the order of their graphs. */
    readonly signals: readonly string[];
  }[];
  /** Shows the service level objectives at the top. @default false */
  readonly withObjectives?: boolean;
}

export interface DashboardProps {
  /** Value of the tag `env` of monitors and objectives. */
  readonly environmentName: string;
  /** Domain that the environment serves. */
  readonly domainName: string;
  /** URLs of runbooks and dashboards. */
  readonly links: Links;
  /** Content. */
  readonly plan: DashboardPlan;
  /** All signals. */
  readonly signals: readonly Signal[];
}

/**
 * A dashboard as JSON of Datadog's API, because the provider's typed binding takes longer to load than everything else. The JSON
 * holds every default that Datadog adds, and no ids of widgets; otherwise every plan would show a change.
 */
export class Dashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: DashboardProps,
  ) {
    super(scope, id);
    const { links, plan } = props;
    new DashboardJson(this, "dashboard", {
      dashboard: JSON.stringify({
        title: links.dashboardTitle(plan.tier),
        description: plan.description,
        layout_type: "ordered",
        reflow_type: "fixed",
        notify_list: [],
        tags: [],
        template_variables: plan.variables.map(({ name, prefix }) => ({
          name,
          prefix,
          available_values: [],
          defaults: ["*"],
        })),
        widgets: layOut([this.overview(), ...this.sections()]),
      }),
    });
  }

  private overview(): Section {
    const { environmentName, plan } = this.props;
    const tags = [`env:${environmentName}`, "project:dev-one"];
    const numbers = plan.numbers.map(({ signal: id, graph: index, line: label, title }): Definition => {
      const signal = this.signal(id);
      const graph = signal.graphs[index];
      if (graph === undefined) throw new RangeError(`${id} has no graph ${index}`);
      const line = label === undefined ? graph.lines[0] : graph.lines.find((each) => each.label === label);
      if (line === undefined) throw new RangeError(`${id} has no line "${label}" in graph ${index}`);
      return queryValue(title, line, this.applyVariables, graph.thresholds, this.customLinks(signal));
    });
    return {
      title: "At a glance",
      colour: "vivid_blue",
      tiles: [
        { definition: note(this.introduction()), width: plan.withObjectives === true ? 3 : 4, height: 4 },
        {
          definition: monitorSummary("What is wrong now", tags, [`tier:${plan.tier}`, `tier:${PAGE_TIER}`]),
          width: plan.withObjectives === true ? 5 : 8,
          height: 4,
        },
        ...(plan.withObjectives === true
          ? [{ definition: objectiveList("Objectives and error budgets", tags), width: 4, height: 4 }]
          : []),
        ...inOneRow(numbers),
      ],
    };
  }

  private sections(): Section[] {
    return this.props.plan.sections.map(({ title, colour, signals }) => ({
      title,
      colour,
      tiles: inRows(signals.map((id) => this.graphs(this.signal(id)))),
    }));
  }

  private graphs(signal: Signal): Definition[] {
    const { environmentName, plan } = this.props;
    const ofService = plan.variables.find(({ prefix }) => prefix === "service");
    const events = [rollOuts(environmentName, ofService?.name)];
    return signal.graphs.map((graph) => timeseries(graph, this.applyVariables, this.customLinks(signal), events));
  }

  /** Links to the other dashboards and to the runbook entry of each signal. */
  private introduction(): string {
    const { environmentName, domainName, links, plan, signals } = this.props;
    const others = TIERS.filter((tier) => tier !== plan.tier).map((tier) => `[${tier}](${links.dashboard(tier)})`);
    const runbooks = signals
      .filter(({ tier }) => tier === plan.tier)
      .map((signal) => `[${signal.title}](${links.runbook(signal)})`);
    return [
      `**${domainName}, ${environmentName}: ${plan.tier}**`,
      plan.description,
      `Other dashboards: ${others.join(", ")}`,
      `Runbooks: ${runbooks.join(", ")}`,
    ].join("\n\n");
  }

  private customLinks(signal: Signal): Link[] {
    return [{ label: "Runbook", link: this.props.links.runbook(signal) }];
  }

  private signal(id: string): Signal {
    const found = this.props.signals.find((signal) => signal.id === id);
    if (found === undefined) throw new RangeError(`There is no signal ${id}`);
    return found;
  }

  private readonly applyVariables = (series: Series): Series => {
    const variables = this.props.plan.variables.filter(({ metrics }) =>
      metrics.some((prefix) => series.metric.startsWith(prefix)),
    );
    return { ...series, tags: [...series.tags, ...variables.map(({ name }) => `$${name}`)] };
  };
}
