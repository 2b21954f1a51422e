import type { Environment, Fleet, PlacedService } from "../../../../src/environments";
import type { TemplateVersion } from "./aws";
import type { Context, Outcome } from "./context";
import { releasesOf } from "./release";

const TIMEOUT_MS = 10_000;

/** The end of a service's roll-out. */
export interface Deployment {
  readonly service: PlacedService;
  readonly version: string;
  readonly result: string;
  readonly isGood: boolean;
}

/** Posts an event to Datadog. @returns the problem, if there is one */
export type Post = (url: string, body: object, apiKey: string) => Promise<string | undefined>;

/**
 * What has happened to each service of a fleet: its version is that of the table which the launch template's version names. Nothing
 * for groups that were not started.
 */
export async function deploymentsOf(
  { name, groups, services }: Fleet,
  target: TemplateVersion,
  outcomes: readonly Outcome[],
  environment: Environment,
  context: Context,
): Promise<Deployment[]> {
  const own = services.flatMap((service) =>
    outcomes
      .filter(
        ({ what, from, to, result }) => what === service.name && from !== "" && to !== "" && !result.startsWith("not "),
      )
      .map(({ to, result, isGood }): Deployment => ({ service, version: to, result, isGood })),
  );
  const rolled = outcomes.filter(({ what, result }) => groups.includes(what) && !result.startsWith("not "));
  const shown = rolled.find(({ isGood }) => !isGood) ?? rolled[0];
  if (shown === undefined) return own;
  const { result, isGood } = shown;
  const releases = await releasesOf(name, target, environment, context);
  const shared = services.flatMap((service): Deployment[] => {
    if (service.placement.kind === "some-names") return [];
    const version = releases.find((release) => release.service === service.name)?.version ?? "none";
    return [{ service, version, result, isGood }];
  });
  return [...own, ...shared];
}

/**
 * Posts an event for each service to Datadog, where DATADOG_API_KEY is set; graphs of services show them. A failed one is a line.
 * @see https://docs.datadoghq.com/api/latest/events/post-an-event/ (v1)
 */
export async function postDeployments(
  deployments: readonly Deployment[],
  environment: Environment,
  { say }: Context,
  post: Post = postEvent,
): Promise<void> {
  const { DATADOG_API_KEY: apiKey = "", DATADOG_SITE: site = environment.datadog.site } = process.env;
  if (apiKey === "") return;
  for (const { service, version, result, isGood } of deployments) {
    const body = {
      title: `${service.name} ${version}, ${environment.name}: ${isGood ? "rolled out" : "not rolled out"}`,
      text: result,
      alert_type: isGood ? "success" : "error",
      // One of https://docs.datadoghq.com/integrations/faq/list-of-api-source-attribute-value/
      source_type_name: "my_apps",
      aggregation_key: `roll-out-${environment.name}-${service.name}`,
      tags: [
        `env:${environment.name}`,
        "project:dev-one",
        `service:${service.name}`,
        `version:${version}`,
        `team:${service.owner}`,
      ],
    };
    const problem = await post(`https://api.${site}/api/v1/events`, body, apiKey);
    if (problem !== undefined) say(`${service.name}: no event in Datadog: ${problem}.`);
  }
}

async function postEvent(url: string, body: object, apiKey: string): Promise<string | undefined> {
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/json", "dd-api-key": apiKey },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    return response.ok ? undefined : `${url} answered ${response.status}`;
  } catch (error) {
    return `${url}: ${error instanceof Error ? error.message : String(error)}`;
  }
}
