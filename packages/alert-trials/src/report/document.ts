import { markdownTable } from "@dev-one/cli/markdown-table";
import { UserError } from "@dev-one/cli/user-error";

import type { Event } from "../evaluator/message";
import { type Episode, episodesOf, isPager, type Outcome } from "../outcome";
import { anchor, duration, listenersOf } from "./wording";

/** Where the document is, from the project's directory. */
export const DOCUMENT = "docs/alerts.md";

/** The outcome of every failure in an environment. */
export interface Trial {
  readonly environment: string;
  readonly outcomes: readonly Outcome[];
}

/** The failure whose timeline the document shows. */
const TOLD = "zone-lost";

/**
 * docs/alerts.md: the alerts that each failure causes. The first trial is shown in full, the others by their differences from it.
 * @throws UserError when there is no trial
 */
export function alertsDocument([first, ...others]: readonly Trial[]): string {
  if (first === undefined) throw new UserError("There is no environment whose alerts could be tried.");
  return `${[
    "# What alerts do",
    introduction(first),
    "## At a glance",
    glance(first),
    "## A lost zone pages once",
    timeline(first),
    `## Every failure, in ${first.environment}`,
    "Minutes count from when it began. An alert of several servers is one line: from the first server's to the end of the last one's.",
    ...first.outcomes.filter(({ notifications }) => notifications.length > 0).map(details),
    ...others.map((other) => differences(first, other)),
    "## What this rests on",
    BASIS,
  ].join("\n\n")}\n`;
}

function introduction({ environment, outcomes }: Trial): string {
  return [
    `Every failure below was tried on the monitors as they are synthesized: a model of the platform says what servers, logs and`,
    `CloudWatch would have sent, minute by minute, and an evaluator with Datadog's documented semantics says who would have been told`,
    `what. ${outcomes.length} failures, ${environment} in full. Written by \`npm run alerts\`; change the monitors, not this file.`,
  ].join("\n");
}

function glance({ outcomes }: Trial): string {
  const rows = outcomes.map((outcome) => {
    const episodes = episodesOf(outcome);
    const count = (severity: string) => episodes.filter(({ monitor }) => monitor.severity === severity).length;
    const { title } = outcome.failure;
    return [
      episodes.length === 0 ? title : `[${title}](#${anchor(title)})`,
      rings(outcome),
      number(count("ticket")),
      number(count("notice")),
    ];
  });
  return [
    markdownTable(["what happens", "on call", "tickets", "notices"], rows, [2, 3]),
    "Tickets and notices are numbers of alerts; what is said again while it lasts is not counted.",
  ].join("\n\n");
}

/** The first and the last time that on call is notified. */
function rings({ notifications }: Outcome): string {
  const told = notifications.filter(({ to, event }) => event.kind === "transition" && to.some(isPager));
  const begins = told.filter(({ event }) => event.kind === "transition" && event.to !== "OK");
  const ends = told.filter(({ event }) => event.kind === "transition" && event.to === "OK");
  if (begins.length === 0) return "–";
  const times = begins.length === 1 ? "rings once" : `rings ${begins.length} times`;
  const [start, end] = [begins[0]?.minute ?? 0, ends.at(-1)?.minute];
  return `${times}, after ${duration(start + 1)}; over after ${end === undefined ? "?" : duration(end + 1)}`;
}

const number = (count: number): string => (count === 0 ? "–" : count.toString());

function details(outcome: Outcome): string {
  const rows = [...episodesOf(outcome)]
    .sort((one, other) => rank(one) - rank(other) || one.from - other.from)
    .map((episode) => [
      title(episode),
      episode.status === "Alert" ? "alert" : episode.status === "Warn" ? "warning" : "no data",
      episode.from < 0 ? "before" : duration(episode.from + 1),
      episode.until === undefined ? "lasts" : duration(episode.until + 1),
      listenersOf(episode.to).join(", "),
    ]);
  return [
    `### ${outcome.failure.title}`,
    markdownTable(["alert", "becomes", "after", "over after", "tells"], rows),
  ].join("\n\n");
}

const SEVERITIES = ["page", "ticket", "notice"];

function rank({ monitor }: Episode): number {
  return monitor.query.kind === "composite" ? -1 : SEVERITIES.indexOf(monitor.severity);
}

function title({ monitor, groups }: Episode): string {
  const name = monitor.query.kind === "composite" ? `**${monitor.title}**` : monitor.title;
  return groups > 1 ? `${name} (${groups} of them)` : name;
}

function timeline({ environment, outcomes }: Trial): string {
  const outcome = outcomes.find(({ failure }) => failure.id === TOLD);
  if (outcome === undefined) throw new UserError(`There is no failure ${TOLD} to tell of.`);
  const { failure, notifications } = outcome;
  const rows: string[][] = [];
  const told = notifications.filter(({ to }) => to.length > 0);
  for (const each of told) {
    const same = told.filter(
      ({ minute, monitor, event }) =>
        minute === each.minute && monitor === each.monitor && JSON.stringify(event) === JSON.stringify(each.event),
    );
    if (same[0] !== each) continue;
    const name = each.monitor.query.kind === "composite" ? `**${each.monitor.title}**` : each.monitor.title;
    const servers = same.length === 1 ? "" : ` (${same.length} of them)`;
    rows.push([duration(each.minute + 1), `${name}${servers}`, wording(each.event), listenersOf(each.to).join(", ")]);
  }
  const alone = notifications.filter(({ to }) => to.length > 0).length;
  const paged = notifications.filter(({ to, event }) => event.kind === "transition" && to.some(isPager));
  return [
    [
      `${failure.title} (${environment}). ${alone} messages go out, and on call gets ${paged.length} of them: the page, and its end.`,
      'The page is one composite monitor, joined by "or", and nothing else calls on call',
      "([decision 21](decisions/0021-one-page-for-one-incident.md)): whatever follows from the lost zone finds it in alert already.",
    ].join("\n"),
    markdownTable(["after", "alert", "says", "tells"], rows),
    [
      'What "again" says belongs to the same page. Datadog\'s documentation leaves open whether a window without values is no data or zero;',
      "the page is the same in both cases, and a test tries both.",
    ].join("\n"),
  ].join("\n\n");
}

function wording(event: Event): string {
  if (event.kind === "renotification") return "again";
  switch (event.to) {
    case "Alert":
      return "alert";
    case "Warn":
      return event.from === "Alert" ? "a warning only" : "warning";
    case "No Data":
      return "no data";
    case "OK":
      return "over";
  }
}

/** Differences of the alerts of another environment, except for their recipients. */
function differences(first: Trial, other: Trial): string {
  const rows = other.outcomes.flatMap((outcome) => {
    const mine = first.outcomes.find(({ failure }) => failure.id === outcome.failure.id);
    const [here, there] = [worstOf(mine), worstOf(outcome)];
    const more = there.filter((each) => !here.includes(each));
    const fewer = here.filter((each) => !there.includes(each));
    if (more.length + fewer.length === 0) return [];
    const say = (word: string, titles: readonly string[]) =>
      titles.length === 0 ? [] : [`  - ${word}: ${titles.join("; ")}.`];
    return [`- ${outcome.failure.title}`, ...say("more", more), ...say("less", fewer)];
  });
  const pages = other.outcomes.flatMap(({ notifications }) =>
    notifications.filter(({ to }) => to.some(isPager)),
  ).length;
  return [
    `## In ${other.environment}`,
    [
      `${pages === 0 ? "On call is not told" : `On call is told ${pages} times`}; the same monitors tell the channels of ${other.environment}.`,
      rows.length === 0
        ? `What becomes of each failure is what becomes of it in ${first.environment}.`
        : `Otherwise it is what happens in ${first.environment}, but for:`,
    ].join(" "),
    ...(rows.length === 0 ? [] : [rows.join("\n")]),
  ].join("\n\n");
}

function worstOf(outcome: Outcome | undefined): string[] {
  if (outcome === undefined) return [];
  return episodesOf(outcome).map(({ monitor, status }) =>
    status === "Warn" ? `${monitor.title} (warning)` : monitor.title,
  );
}

const BASIS = `- **Evaluator**: \`packages/alert-trials/src/evaluator\`. Each rule names the page of Datadog's documentation that it comes from; a query or an option that has
  no model there is refused. Two things are nearly what Datadog does, because it does not publish how it does them: bands of anomalies, and
  forecasts.
- **Platform**: \`packages/alert-trials/src/platform\`, from the configuration and the synthesized Terraform JSON: zones, names, sizes, steps of scaling, thresholds.
- **Failures**: \`packages/alert-trials/src/failures.ts\`, causes only. What is measured follows from them.
- **Without clients**: _No request reaches a server_ is there only where \`datadog.hasClients\` is true; a test tries that as well.
- **Proven by tests**: every monitor fires for at least one failure; none on a normal day, in a deployment or when scaling takes servers away;
  staging never pages; nor does a first deployment; a lost zone pages once; every page ends.`;
