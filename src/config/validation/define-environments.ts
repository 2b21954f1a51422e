import type { Environment, EnvironmentProps } from "../schema/environment";
import { ConfigurationError } from "./configuration-error";
import { below, draftsOf, runCheck } from "./draft";
import { environmentChecks } from "./environment-checks";
import { conflicts } from "./uniqueness";

/**
 * Validates environments, each by itself and beside the others.
 * @throws ConfigurationError with every problem of every environment
 */
export function defineEnvironments<const Props extends readonly EnvironmentProps[]>(
  props: Props,
): { readonly [Index in keyof Props]: Environment } {
  const drafts = draftsOf(props);
  const problems = drafts.flatMap((draft) => [
    ...draft.problems,
    ...environmentChecks
      .flatMap((check) => runCheck(() => check(draft.settings)))
      .map((problem) => below(draft.label, problem)),
  ]);
  problems.push(...conflicts(drafts));
  if (problems.length > 0) throw new ConfigurationError(problems);
  return drafts.map(({ settings }) => sorted(settings)) as { [Index in keyof Props]: Environment };
}

/**
 * Validates one environment.
 * @throws ConfigurationError with every problem
 */
export function defineEnvironment(props: EnvironmentProps): Environment {
  return defineEnvironments([props])[0];
}

/** Sorted by name, so that the order in the file has no effect. */
function sorted(environment: Environment): Environment {
  return {
    ...environment,
    zones: environment.zones
      .map((each) => ({ ...each, servers: sortedByKey(each.servers) }))
      .sort((a, b) => byCodePoint(a.name, b.name)),
    services: sortedByKey(environment.services),
    releases: sortedByKey(environment.releases),
    delegations: sortedByKey(environment.delegations),
    datadog: { ...environment.datadog, maintenance: sortedByKey(environment.datadog.maintenance) },
    database: { ...environment.database, proxyZones: [...environment.database.proxyZones].sort() },
  };
}

function sortedByKey<V>(record: Record<string, V>): Record<string, V> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => byCodePoint(a, b)));
}

/** The same on every machine; `localeCompare` follows the language of the operating system. */
function byCodePoint(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
