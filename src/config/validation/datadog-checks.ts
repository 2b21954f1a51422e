import { datadogAccountId } from "../derived/datadog-account";
import { slackChannels } from "../derived/names";
import type { Environment } from "../schema/environment";
import { ConfigurationError } from "./configuration-error";

/** What concerns Datadog and more than one value. @throws ConfigurationError */
export function checkDatadog(environment: Environment): void {
  checkPaging(environment);
  checkChannels(environment);
  checkAccount(environment);
  checkAfterScaling(environment);
  checkMaintenance(environment);
}

/** Staging never pages, and neither does what one command may destroy. */
function checkPaging({ name, protectFromDestruction, datadog }: Environment): void {
  const { kind } = datadog.paging;
  if (kind === "none") return;
  const place = `Environment "${name}", datadog.paging`;
  const remedy = 'write { kind: "none" }, or leave it out';
  if (name === "staging") throw new ConfigurationError(place, `staging pages nobody, not even by ${kind}`, remedy);
  if (!protectFromDestruction) {
    throw new ConfigurationError(
      place,
      `an environment that is not protected from destruction pages nobody, not even by ${kind}`,
      remedy,
    );
  }
}

/** Datadog keeps one setting for each channel: two resources would make it twice. And what is urgent would drown. */
function checkChannels(environment: Environment): void {
  const { alerts, warnings } = slackChannels(environment);
  if (alerts !== warnings) return;
  throw new ConfigurationError(
    `Environment "${environment.name}", datadog.slack.warnings`,
    `${warnings} is already the channel of alerts`,
    "name another one",
  );
}

function checkAccount(environment: Environment): void {
  if (datadogAccountId(environment) !== undefined) return;
  throw new ConfigurationError(
    `Environment "${environment.name}", datadog.awsAccountId`,
    `is missing, and nobody wrote down the one of ${environment.datadog.site}`,
    "copy it from the page of Datadog on which an AWS account is added",
  );
}

/** An alert that comes before scaling had its chance calls people to watch a machine do its work. */
function checkAfterScaling({ name, scaling, datadog }: Environment): void {
  const pairs = [
    ["cpuPercent", datadog.thresholds.cpuPercent.warning, scaling.scaleOutCpuPercent],
    ["connectionsPercent", datadog.thresholds.connectionsPercent.warning, scaling.scaleOutConnectionsPercent],
  ] as const;
  for (const [setting, warning, scaleOut] of pairs) {
    if (warning <= scaleOut) {
      throw new ConfigurationError(
        `Environment "${name}", datadog.thresholds.${setting}`,
        `a warning at ${warning} % is not above the ${scaleOut} % at which servers are added`,
        `write more than ${scaleOut}`,
      );
    }
  }
}

function checkMaintenance({ name, datadog }: Environment): void {
  for (const [key, { window }] of Object.entries(datadog.maintenance)) {
    const place = `Environment "${name}", datadog.maintenance.${key}`;
    for (const moment of window.kind === "once" ? [window.start, window.end] : [window.first]) {
      if (!isOnCalendar(moment)) throw new ConfigurationError(place, `${moment} is on no calendar`, "correct it");
    }
    if (window.kind === "once" && Date.parse(window.start) >= Date.parse(window.end)) {
      throw new ConfigurationError(
        place,
        `it ends at ${window.end}, which is not after its start`,
        `write an end after ${window.start}`,
      );
    }
  }
}

/** The 30th of February parses, as the 2nd of March. */
function isOnCalendar(moment: string): boolean {
  const parsed = new Date(moment);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === moment.replace("Z", ".000Z");
}
