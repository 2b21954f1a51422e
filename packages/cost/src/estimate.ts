import { type Assumptions, assumptionsOf, type Overrides } from "./assumptions";
import { Context, type LineItem, type NotPriced } from "./context";
import { type Coverage, coverageOf, isPriced } from "./coverage";
import { type MicroDollars, sum } from "./money";
import { parts } from "./parts";
import { type PriceList, priceList } from "./prices";
import type { EnvironmentResources } from "./resources";

export interface PartEstimate {
  readonly part: string;
  readonly lines: readonly LineItem[];
  readonly monthly: MicroDollars;
}

/** @see LineItem.service */
export interface ServiceEstimate {
  readonly service: string | undefined;
  readonly monthly: MicroDollars;
}

/** The monthly cost of an environment. */
export interface Estimate extends EnvironmentResources {
  /** Undefined for a region without a price list, in which nothing is priced. */
  readonly list: PriceList | undefined;
  readonly assumptions: Assumptions;
  readonly parts: readonly PartEstimate[];
  /** The sum of each service's own servers, by name, and last that of what services share. */
  readonly services: readonly ServiceEstimate[];
  readonly coverage: Coverage;
  /** What the sums do not contain: at most one for each resource, or for each type without a price. */
  readonly notPriced: readonly NotPriced[];
  readonly monthly: MicroDollars;
  /** The part of the cost that depends on the configuration only, not on traffic. */
  readonly fixed: MicroDollars;
}

export function estimate(from: EnvironmentResources, ...overrides: readonly Overrides[]): Estimate {
  const { region, resources } = from;
  const assumptions = assumptionsOf(from.environment, ...overrides);
  const list = priceList(region);
  const coverage = coverageOf(resources);
  const context = list && new Context(resources, assumptions, list);
  if (context !== undefined) for (const part of parts) context.add(part);
  const { lines, notPriced } = context ?? { lines: [], notPriced: unlisted(from) };
  const byPart = parts.map(({ name }) => {
    const own = lines.filter(({ part }) => part === name);
    return { part: name, lines: own, monthly: total(own) };
  });
  return {
    ...from,
    list,
    assumptions,
    parts: byPart.filter((part) => part.lines.length > 0),
    services: servicesOf(lines),
    coverage,
    notPriced: [...coverage.notPriced, ...notPriced],
    monthly: total(lines),
    fixed: total(lines.filter(({ assumed }) => !assumed)),
  };
}

function servicesOf(lines: readonly LineItem[]): ServiceEstimate[] {
  const names = new Set(lines.flatMap(({ service }) => service ?? []));
  return [...[...names].sort(), undefined].map((service) => ({
    service,
    monthly: total(lines.filter((line) => line.service === service)),
  }));
}

/** The same estimate as if resources were not there. */
export function without(from: Estimate, addresses: ReadonlySet<string>): Estimate {
  const resources = from.resources.filter(({ address }) => !addresses.has(address));
  return addresses.size === 0 ? from : estimate({ ...from, resources }, from.assumptions);
}

/** One line for each type in a region without a price list. */
function unlisted({ region, resources }: EnvironmentResources): NotPriced[] {
  const types = new Map(resources.filter(({ type }) => isPriced(type)).map((each) => [each.type, each.address]));
  const reason = `there is no price list of ${region} in packages/cost/src/prices`;
  return [...types].map(([type, address]) => ({ address, reason: `${type}: ${reason}` }));
}

function total(lines: readonly LineItem[]): MicroDollars {
  return sum(lines.map(({ monthly }) => monthly));
}
