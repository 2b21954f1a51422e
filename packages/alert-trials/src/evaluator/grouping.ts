import type { Filter, SeriesExpression } from "../datadog";
import type { Tags } from "../simulation";
import { unsupported } from "./unsupported";

/** The values of one group over the simulated time. */
export interface Line {
  readonly tags: Tags;
  readonly values: Float64Array;
  /** The value of a minute before the first. */
  readonly before: (minute: number) => number;
  /** The values before `default_zero` filled them. @default the values */
  readonly measured?: Float64Array;
}

/** Lines by their group, such as `zone-1|api-1`; a query without groups has one, the empty string. */
export type Lines = ReadonlyMap<string, Line>;

/** The sources that match the filter, by group. */
export function grouped<S extends { readonly tags: Tags }>(
  sources: readonly S[],
  { filters, by }: Pick<SeriesExpression, "filters" | "by">,
): Map<string, S[]> {
  const groups = new Map<string, S[]>();
  for (const source of sources) {
    if (!filters.every((filter) => matches(filter, source.tags))) continue;
    if (by.some((key) => source.tags[key] === undefined)) continue;
    const group = by.map((key) => source.tags[key]).join("|");
    groups.set(group, [...(groups.get(group) ?? []), source]);
  }
  return groups;
}

export function groupTags(tags: Tags, by: readonly string[]): Tags {
  return Object.fromEntries(by.map((key) => [key, tags[key] ?? ""]));
}

/** `*` stands for any text. */
function matches(filter: Filter, tags: Tags): boolean {
  if (filter.kind === "variable") throw unsupported(`$${filter.name}`, "monitors have no template variables");
  const value = tags[filter.key];
  const isOne = value !== undefined && filter.values.some((pattern) => matchesPattern(pattern, value));
  return isOne !== filter.isNegated;
}

function matchesPattern(pattern: string, value: string): boolean {
  if (!pattern.includes("*")) return pattern === value;
  const literal = pattern.split("*").map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${literal.join(".*")}$`).test(value);
}
