import type { Assumptions } from "./assumptions";
import { type Coverage, coverageOf } from "./coverage";
import { type MicroDollars, sum } from "./money";
import { Context, type LineItem, parts } from "./parts";
import { type PriceList, priceList } from "./prices";
import type { EnvironmentResources } from "./resources/resource";

export interface PartEstimate {
  readonly part: string;
  readonly lines: readonly LineItem[];
  readonly monthly: MicroDollars;
}

/** The monthly cost of an environment. */
export interface Estimate {
  readonly environment: string;
  readonly region: string;
  readonly list: PriceList;
  readonly assumptions: Assumptions;
  readonly parts: readonly PartEstimate[];
  readonly coverage: Coverage;
  readonly monthly: MicroDollars;
  /** The part of the cost that depends on the configuration only, not on traffic. */
  readonly fixed: MicroDollars;
}

/** @throws UserError when something has no price */
export function estimate({ environment, region, resources }: EnvironmentResources, assumptions: Assumptions): Estimate {
  const list = priceList(region);
  const coverage = coverageOf(resources);
  const context = new Context(resources, assumptions, list);
  const byPart = parts.map(({ name, lines }) => {
    const found = lines(context);
    return { part: name, lines: found, monthly: sum(found.map(({ monthly }) => monthly)) };
  });
  const all = byPart.flatMap(({ lines }) => lines);
  return {
    environment,
    region,
    list,
    assumptions,
    parts: byPart.filter(({ lines }) => lines.length > 0),
    coverage,
    monthly: sum(byPart.map(({ monthly }) => monthly)),
    fixed: sum(all.filter(({ assumed }) => !assumed).map(({ monthly }) => monthly)),
  };
}
