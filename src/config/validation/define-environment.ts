import type * as z from "zod";

import { type Environment, type EnvironmentProps, environmentSchema } from "../schema/environment";
import { show } from "../schema/fields";
import { ConfigurationError } from "./configuration-error";
import { checkEnvironment } from "./environment-checks";

/**
 * Validates an environment.
 * @throws ConfigurationError naming the first wrong value, its place and what would be right
 */
export function defineEnvironment(props: EnvironmentProps): Environment {
  const result = environmentSchema.safeParse(props, { reportInput: true });
  if (!result.success) throw mistake(props, result.error.issues[0]);
  const parsed = result.data;
  const sorted: Environment = {
    ...parsed,
    zones: parsed.zones
      .map((each) => ({ ...each, servers: sortedByKey(each.servers) }))
      .sort((a, b) => byCodePoint(a.name, b.name)),
    delegations: sortedByKey(parsed.delegations),
    datadog: { ...parsed.datadog, maintenance: sortedByKey(parsed.datadog.maintenance) },
    database: { ...parsed.database, proxyZones: [...parsed.database.proxyZones].sort() },
  };
  checkEnvironment(sorted);
  return sorted;
}

/** Zod's first complaint, as our one sentence. */
function mistake(props: EnvironmentProps, issue: z.core.$ZodIssue | undefined): ConfigurationError {
  // A wrong key is a mistake of the record that holds it.
  if (issue?.code === "invalid_key") {
    return mistake(props, { ...issue.issues[0], path: issue.path.slice(0, -1) } as z.core.$ZodIssue);
  }
  const place = [`Environment ${show(props.name)}`, ...placeBelow(props, issue?.path ?? [])].join(", ");
  const seeSchema = "write it as src/config/schema/environment.ts describes it";
  if (issue?.code === "unrecognized_keys") {
    const [verb, it] = issue.keys.length === 1 ? ["is not a setting", "it"] : ["are not settings", "them"];
    const remedy = `remove ${it}, or spell ${it} as in src/config/schema/environment.ts`;
    return new ConfigurationError(place, `${issue.keys.join(", ")} ${verb}`, remedy);
  }
  const [problem, ...remedy] = issue?.message.split("; ") ?? [];
  if (problem !== undefined && remedy.length > 0) return new ConfigurationError(place, problem, remedy.join("; "));
  if (issue?.input === undefined) return new ConfigurationError(place, "is missing", seeSchema);
  return new ConfigurationError(place, `${show(issue.input)} is not what belongs here`, seeSchema);
}

/** `["zones", 0, "subnets", "data"]` is `zone "zone-1"`, `subnets.data`: people look for a zone by its name. */
function placeBelow(props: EnvironmentProps, path: readonly PropertyKey[]): string[] {
  const [first, index, ...rest] = path;
  const name = first === "zones" && typeof index === "number" ? props.zones[index]?.name : undefined;
  const setting = (name === undefined ? path : rest)
    .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
    .join("")
    .replace(/^\./, "");
  return [...(name === undefined ? [] : [`zone ${show(name)}`]), ...(setting === "" ? [] : [setting])];
}

function sortedByKey<V>(record: Record<string, V>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodePoint(a, b)));
}

/** The same on every machine; `localeCompare` follows the language of whoever synthesizes. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
