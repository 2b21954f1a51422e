import type { Stack } from "@dev-one/terraform-json/resources";

import { datadogSiteNames, type Environment } from "../../../../src/environments";
import { notAnswered } from "../failure";
import { type Finding, ok, stop, warning } from "../finding";
import type { Variables } from "../variables";

const TIMEOUT_MS = 10_000;
const API_KEY = "Datadog API key";
const APPLICATION_KEY = "Datadog application key";

/** Sends a GET request and returns the status. */
export type Get = (url: string, headers: Readonly<Record<string, string>>) => Promise<number>;

const get: Get = async (url, headers) =>
  (await fetch(url, { headers, signal: AbortSignal.timeout(TIMEOUT_MS) })).status;

export interface ThirdPartiesOptions {
  readonly environment: Environment;
  readonly monitoring: Stack;
  readonly variables: Variables;
  /** @default a request on the network */
  readonly get?: Get;
}

/** The keys of Datadog and what they lead to, and those of Opsgenie; what has no key yet is a warning. */
export async function thirdParties(options: ThirdPartiesOptions): Promise<Finding[]> {
  return (await Promise.all([datadog(options), opsgenie(options)])).flat();
}

const missing = (subject: string, variable: string): Finding =>
  warning(subject, `${variable} has no value`, `set it in terraform.tfvars, or TF_VAR_${variable}`);

const api = (site: string): string => `https://api.${site}`;

async function datadog({
  environment,
  monitoring,
  variables,
  get: ask = get,
}: ThirdPartiesOptions): Promise<Finding[]> {
  const { site } = environment.datadog;
  const [key, applicationKey] = [variables("datadog_api_key"), variables("datadog_app_key")];
  if (key === undefined) return [missing(API_KEY, "datadog_api_key")];
  try {
    // https://docs.datadoghq.com/api/latest/authentication/validate-api-key/
    const isValidAt = async (at: string) => (await ask(`${api(at)}/api/v1/validate`, { "DD-API-KEY": key })) === 200;
    if (!(await isValidAt(site))) {
      const others = datadogSiteNames.filter((each) => each !== site);
      const valid = await Promise.all(others.map((each) => isValidAt(each).catch(() => false)));
      const other = others.find((_, index) => valid[index]);
      if (other === undefined)
        return [stop(API_KEY, `${site} refuses it`, "copy it from Organization Settings, API Keys")];
      const remedy = `set datadog.site to ${other} in src/environments, or take a key of ${site}`;
      return [stop(API_KEY, `is of ${other}, and the environment reports to ${site}`, remedy)];
    }
    const valid = ok(API_KEY, `valid at ${site}`);
    if (applicationKey === undefined) return [valid, missing(APPLICATION_KEY, "datadog_app_key")];
    const keys = { "DD-API-KEY": key, "DD-APPLICATION-KEY": applicationKey };
    // https://docs.datadoghq.com/api/latest/key-management/validate-api-and-application-keys/
    if ((await ask(`${api(site)}/api/v2/validate_keys`, keys)) !== 200) {
      const remedy = "copy it from Organization Settings, Application Keys, of the same organization";
      return [valid, stop(APPLICATION_KEY, `${site} refuses it with this API key`, remedy)];
    }
    return [valid, ok(APPLICATION_KEY, `valid at ${site}`), ...(await slack(site, monitoring, keys, ask))];
  } catch (error) {
    return [notAnswered("Datadog", error)];
  }
}

/** @see https://docs.datadoghq.com/api/latest/slack-integration/get-all-channels-in-a-slack-integration/ (needs integrations_read) */
async function slack(
  site: string,
  monitoring: Stack,
  keys: Readonly<Record<string, string>>,
  ask: Get,
): Promise<Finding[]> {
  const channels = monitoring.of("datadog_integration_slack_channel");
  const accounts = [...new Set(channels.map((channel) => channel.text("account_name") ?? ""))];
  const findings = accounts.map(async (account) => {
    const subject = `Slack workspace ${account}`;
    const path = `/api/v1/integration/slack/configuration/accounts/${encodeURIComponent(account)}/channels`;
    const status = await ask(`${api(site)}${path}`, keys);
    if (status === 200) return ok(subject, "connected to Datadog");
    if (status === 404) {
      return stop(
        subject,
        "not connected to Datadog",
        "add it in Datadog: Integrations, Slack; invite the app to the channels",
      );
    }
    const remedy = "give the application key integrations_read, or look in Datadog: Integrations, Slack";
    return warning(subject, `not checked: Datadog answers ${status}`, remedy);
  });
  return Promise.all(findings);
}

/**
 * An integration's key may not read the account: Opsgenie answers 403 to a key that it knows, and 401 to one that it does not.
 * @see https://docs.opsgenie.com/docs/response
 */
async function opsgenie({ monitoring, variables, get: ask = get }: ThirdPartiesOptions): Promise<Finding[]> {
  const findings = monitoring.of("datadog_integration_opsgenie_service_object").map(async (service) => {
    const variable = /var\.(\w+)/.exec(service.template("opsgenie_api_key") ?? "")?.[1] ?? "";
    const subject = `Opsgenie key of ${service.text("name") ?? ""}`;
    const key = variables(variable);
    if (key === undefined) return missing(subject, variable);
    const host = service.text("region") === "eu" ? "api.eu.opsgenie.com" : "api.opsgenie.com";
    try {
      const status = await ask(`https://${host}/v2/account`, { authorization: `GenieKey ${key}` });
      if (status === 200 || status === 403) return ok(subject, `known at ${host}`);
      const remedy = `copy ${variable} from Opsgenie: Settings, Integrations, Datadog; its region is datadog.paging.region`;
      if (status === 401 || status === 422)
        return stop(subject, `unknown at ${host}, or its integration is disabled`, remedy);
      return warning(subject, `not checked: ${host} answers ${status}`, "repeat the command");
    } catch (error) {
      return notAnswered(subject, error);
    }
  });
  return Promise.all(findings);
}
