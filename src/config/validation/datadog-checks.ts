import { datadogAccountId } from "../derived/datadog-account";
import { channelsBySetting, pagingBySetting, slackChannels } from "../derived/names";
import type { Environment } from "../schema/environment";
import type { Problem } from "./configuration-error";

/** What concerns Datadog and more than one value. */
export const datadogChecks = [
  checkPaging,
  checkChannels,
  checkAccount,
  checkCpuWarning,
  checkConnectionsWarning,
  checkMaintenance,
];

/** Staging never pages, and neither does an environment that can be destroyed with one command. */
function* checkPaging(environment: Environment): Iterable<Problem> {
  const { name, protectFromDestruction } = environment;
  const owner =
    name === "staging"
      ? "staging"
      : protectFromDestruction
        ? undefined
        : "an environment without protectFromDestruction";
  if (owner === undefined) return;
  for (const { path, paging } of pagingBySetting(environment)) {
    if (paging.kind === "none") continue;
    yield {
      path,
      problem: `${owner} must not page, not even by ${paging.kind}`,
      remedy: 'write { kind: "none" }, or remove it',
    };
  }
}

/** Datadog has one resource for the settings of a channel. Alerts must not be lost among warnings, either. */
function* checkChannels(environment: Environment): Iterable<Problem> {
  const { alerts, warnings } = slackChannels(environment);
  if (alerts === warnings) {
    yield {
      path: "datadog.slack.warnings",
      problem: `${warnings} is already the channel of alerts`,
      remedy: "write another channel",
    };
  }
  for (const [path, channel] of channelsBySetting(environment)) {
    if (!path.startsWith("services.") || channel !== warnings) continue;
    yield { path, problem: `${channel} is already the channel of warnings`, remedy: "write another channel" };
  }
}

function* checkAccount(environment: Environment): Iterable<Problem> {
  if (datadogAccountId(environment) !== undefined) return;
  yield {
    path: "datadog.awsAccountId",
    problem: `is not set, and there is no default for site ${environment.datadog.site}`,
    remedy: "copy it from the page on which Datadog adds an AWS account",
  };
}

function checkCpuWarning({ scaling, datadog: { thresholds } }: Environment): Iterable<Problem> {
  return checkAfterScaling("cpuPercent", thresholds.cpuPercent.warning, scaling.scaleOutCpuPercent);
}

function checkConnectionsWarning({ scaling, datadog: { thresholds } }: Environment): Iterable<Problem> {
  return checkAfterScaling(
    "connectionsPercent",
    thresholds.connectionsPercent.warning,
    scaling.scaleOutConnectionsPercent,
  );
}

/** Before people are alerted, scaling has had time to add servers. */
function* checkAfterScaling(setting: string, warning: number, scaleOut: number): Iterable<Problem> {
  if (warning > scaleOut) return;
  yield {
    path: `datadog.thresholds.${setting}`,
    problem: `a warning at ${warning} % is not above the ${scaleOut} % at which servers are added`,
    remedy: `write more than ${scaleOut}`,
  };
}

function* checkMaintenance({ datadog }: Environment): Iterable<Problem> {
  for (const [key, { window }] of Object.entries(datadog.maintenance)) {
    const path = `datadog.maintenance.${key}`;
    const invalid = (window.kind === "once" ? [window.start, window.end] : [window.first]).filter(
      (moment) => !isOnCalendar(moment),
    );
    for (const moment of invalid) yield { path, problem: `${moment} is not a valid date`, remedy: "correct it" };
    if (invalid.length === 0 && window.kind === "once" && Date.parse(window.start) >= Date.parse(window.end)) {
      yield {
        path,
        problem: `it ends at ${window.end}, which is not after its start`,
        remedy: `write an end after ${window.start}`,
      };
    }
  }
}

/** JavaScript parses the 30th of February as the 2nd of March. */
function isOnCalendar(moment: string): boolean {
  const parsed = new Date(moment);
  return !Number.isNaN(parsed.getTime()) && parsed.toISOString() === moment.replace("Z", ".000Z");
}
