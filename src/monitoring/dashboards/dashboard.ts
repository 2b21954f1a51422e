import { DashboardJson } from "@cdktf/provider-datadog/lib/dashboard-json";
import { Construct } from "constructs";

import type { Environment } from "../../config";
import { dashboardTitle, dashboardUrl, runbookUrl } from "../links";
import type { Series } from "../metric-query";
import { PAGE_TIER } from "../page-monitor";
import type { Signal, Tier } from "../signal";
import { inOneRow, inRows, layOut, type Section } from "./layout";
import { type Definition, type Link, monitorSummary, note, objectiveList, queryValue, timeseries } from "./widgets";

const TIERS: readonly Tier[] = ["application", "servers", "data"];

/** A template variable: what a viewer may narrow a dashboard to. */
export interface TemplateVariable {
  /** Name in the dashboard, without its dollar sign. */
  readonly name: string;
  /** Tag key that it filters by. */
  readonly prefix: string;
  /** Prefixes of the metrics that carry the tag. */
  readonly metrics: readonly string[];
}

/** What one dashboard shows, and in which order. */
export interface DashboardPlan {
  /** Which of the three it is. */
  readonly tier: Tier;
  /** One sentence under the title. */
  readonly description: string;
  /** What a viewer may narrow it to. */
  readonly variables: readonly TemplateVariable[];
  /** Lines of graphs that are shown as a number on top; up to six have room. */
  readonly numbers: readonly {
    /** Id of the signal. */
    readonly signal: string;
    /** Index of its graph, from 0. */
    readonly graph: number;
    /** Label of the line in the graph; the graph's thresholds colour it, so that they must be meant for it. @default the first */
    readonly line?: string;
    /** What is written above the number. */
    readonly title: string;
  }[];
  /** Groups of graphs, from top to bottom. */
  readonly sections: readonly {
    /** Heading of the group. */
    readonly title: string;
    /** Colour of the heading. */
    readonly colour: Section["colour"];
    /** Ids of signals, whose graphs are shown in this order. */
    readonly signals: readonly string[];
  }[];
  /** Shows the objectives on top. @default false */
  readonly withObjectives?: boolean;
}

export interface DashboardProps {
  readonly environment: Environment;
  /** What is shown, and in which order. */
  readonly plan: DashboardPlan;
  /** All signals, of which the plan names some. */
  readonly signals: readonly Signal[];
}

/**
 * A dashboard, as the JSON of Datadog's API: the typed binding of the provider takes longer to load than all else together. Everything
 * that Datadog would fill in is written out, and no ids of widgets, or every plan would see a change.
 */
export class Dashboard extends Construct {
  constructor(
    scope: Construct,
    id: string,
    private readonly props: DashboardProps,
  ) {
    super(scope, id);
    const { environment, plan } = props;
    new DashboardJson(this, "dashboard", {
      dashboard: JSON.stringify({
        title: dashboardTitle(environment, plan.tier),
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
    const { environment, plan } = this.props;
    const tags = [`env:${environment.name}`, "project:dev-one"];
    const numbers = plan.numbers.map(({ signal: id, graph: index, line: label, title }): Definition => {
      const signal = this.signal(id);
      const graph = signal.graphs[index];
      if (graph === undefined) throw new RangeError(`${id} has no graph ${index}`);
      const line = label === undefined ? graph.lines[0] : graph.lines.find((each) => each.label === label);
      if (line === undefined) throw new RangeError(`${id} has no line "${label}" in graph ${index}`);
      return queryValue(title, line, this.narrow, graph.thresholds, this.links(signal));
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
    return signal.graphs.map((graph) => timeseries(graph, this.narrow, this.links(signal)));
  }

  /** Links to the other dashboards, and to what to do about each signal. */
  private introduction(): string {
    const { environment, plan, signals } = this.props;
    const others = TIERS.filter((tier) => tier !== plan.tier).map(
      (tier) => `[${tier}](${dashboardUrl(environment, tier)})`,
    );
    const runbooks = signals
      .filter(({ tier }) => tier === plan.tier)
      .map((signal) => `[${signal.title}](${runbookUrl(environment, signal)})`);
    return [
      `**${environment.domain}, ${environment.name}: ${plan.tier}**`,
      plan.description,
      `Other dashboards: ${others.join(", ")}`,
      `Runbooks: ${runbooks.join(", ")}`,
    ].join("\n\n");
  }

  private links(signal: Signal): Link[] {
    return [{ label: "Runbook", link: runbookUrl(this.props.environment, signal) }];
  }

  private signal(id: string): Signal {
    const found = this.props.signals.find((signal) => signal.id === id);
    if (found === undefined) throw new RangeError(`There is no signal ${id}`);
    return found;
  }

  private readonly narrow = (series: Series): Series => {
    const variables = this.props.plan.variables.filter(({ metrics }) =>
      metrics.some((prefix) => series.metric.startsWith(prefix)),
    );
    return { ...series, tags: [...series.tags, ...variables.map(({ name }) => `$${name}`)] };
  };
}
