import { markdownTable } from "@dev-one/cli/markdown-table";

import type { Notification } from "./evaluator/evaluate";
import type { Event } from "./evaluator/message";
import type { Monitor } from "./evaluator/monitor";
import { type Episode, episodesOf, isPager, linesOfTrials, type Outcome, type Trial } from "./trials";

/** Where the document is, from the project's directory. */
export const DOCUMENT = "docs/alerts.md";

/** The failure whose timeline the document shows. */
const TIMELINE = "zone-lost";
const SEVERITIES = ["page", "ticket", "notice"];

/** docs/alerts.md: the alerts that each failure causes. The first trial is shown in full, the others by their differences from it. */
export function alertsDocument(trials: readonly Trial[]): string {
  const [first, ...others] = trials.filter(({ outcomes }) => outcomes.length > 0);
  const lines = linesOfTrials(trials);
  const blocks = [
    "# What alerts do",
    ...(first === undefined ? [] : inFull(first)),
    ...others.flatMap((other) => differences(first?.outcomes ?? [], first?.environment ?? "", other)),
    ...(lines.length === 0 ? [] : ["## Not simulated", lines.map((line) => `- ${line}`).join("\n")]),
    "## What this rests on",
    BASIS,
  ];
  return `${blocks.join("\n\n")}\n`;
}

function inFull({ environment, outcomes: all }: Trial): string[] {
  // A failure of another service is in the document where other alerts follow from it than for the first service.
  const outcomes = all.filter((outcome) => isOfFirst(all, outcome) || changesFrom(all, outcome).length > 0);
  const ids = new Set(all.map(({ failure }) => failure.id));
  return [
    [
      `Every failure below was tried on the monitors as they are synthesized: a model of the platform says what servers, logs and`,
      `CloudWatch would have sent, minute by minute, and an evaluator with Datadog's documented semantics says who would have been told`,
      `what. ${ids.size} failures, ${environment} in full. Written by \`npm run alerts\`; change the monitors, not this file.`,
    ].join("\n"),
    "## At a glance",
    markdownTable(["what happens", "on call", "tickets", "notices"], outcomes.map(glance), [2, 3]),
    [
      "Tickets and notices are numbers of alerts; what is said again while it lasts is not counted.",
      onServices(all),
    ].join(""),
    ...outcomes.filter(({ failure }) => failure.id === TIMELINE).flatMap((outcome) => timeline(environment, outcome)),
    `## Every failure, in ${environment}`,
    "Minutes count from when it began. An alert of several servers is one line: from the first server's to the end of the last one's.",
    ...outcomes.filter(({ notifications }) => notifications.length > 0).flatMap(details),
  ];
}

function glance(outcome: Outcome): string[] {
  const episodes = episodesOf(outcome);
  const count = (severity: string) => {
    const { length } = episodes.filter(({ monitor }) => monitor.severity === severity);
    return length === 0 ? "–" : length.toString();
  };
  const { title } = outcome.failure;
  const link = episodes.length === 0 ? title : `[${title}](#${anchor(title)})`;
  return [link, rings(outcome), count("ticket"), count("notice")];
}

/** The first and the last time that on call is notified. */
function rings({ notifications }: Outcome): string {
  const minutes = (isEnd: boolean) =>
    notifications
      .filter(({ to, event }) => event.kind === "transition" && to.some(isPager) && (event.to === "OK") === isEnd)
      .map(({ minute }) => minute);
  const [begins, end] = [minutes(false), minutes(true).at(-1)];
  const [start] = begins;
  if (start === undefined) return "–";
  const times = begins.length === 1 ? "rings once" : `rings ${begins.length} times`;
  return `${times}, after ${duration(start + 1)}; over after ${end === undefined ? "?" : duration(end + 1)}`;
}

function details(outcome: Outcome): string[] {
  const rank = ({ monitor }: Episode) =>
    monitor.query.kind === "composite" ? -1 : SEVERITIES.indexOf(monitor.severity);
  const rows = episodesOf(outcome)
    .sort((one, other) => rank(one) - rank(other) || one.from - other.from)
    .map(({ monitor, groups, status, from, until, to }) => [
      titleOf(monitor, groups),
      { Alert: "alert", Warn: "warning", "No Data": "no data" }[status],
      from < 0 ? "before" : duration(from + 1),
      until === undefined ? "lasts" : duration(until + 1),
      listenersOf(to).join(", "),
    ]);
  const table = markdownTable(["alert", "becomes", "after", "over after", "tells"], rows);
  return [`### ${outcome.failure.title}`, table];
}

/** The title of an alert, of a composite in bold, with the number of groups that changed together. */
function titleOf({ query, title }: Monitor, groups: number): string {
  const name = query.kind === "composite" ? `**${title}**` : title;
  return groups > 1 ? `${name} (${groups} of them)` : name;
}

function timeline(environment: string, { failure, notifications }: Outcome): string[] {
  const told = notifications.filter(({ to }) => to.length > 0);
  const paged = told.filter(({ to, event }) => event.kind === "transition" && to.some(isPager));
  const together = new Map<string, [Notification, ...Notification[]]>();
  for (const each of told) {
    const key = JSON.stringify([each.minute, each.monitor.id, each.event]);
    together.set(key, [each, ...(together.get(key) ?? [])]);
  }
  const rows = [...together.values()].map((all) => {
    const [{ minute, monitor, event, to }] = all;
    return [duration(minute + 1), titleOf(monitor, all.length), wording(event), listenersOf(to).join(", ")];
  });
  return [
    "## A lost zone pages once",
    [
      `${failure.title} (${environment}). ${told.length} messages go out, and on call gets ${paged.length} of them: the page, and its end.`,
      'The page is one composite monitor, joined by "or", and nothing else calls on call',
      "([decision 21](decisions/0021-one-page-for-one-incident.md)): whatever follows from the lost zone finds it in alert already.",
    ].join("\n"),
    markdownTable(["after", "alert", "says", "tells"], rows),
    [
      'What "again" says belongs to the same page. Datadog\'s documentation leaves open whether a window without values is no data or zero;',
      "the page is the same in both cases, and a test tries both.",
    ].join("\n"),
  ];
}

function wording(event: Event): string {
  if (event.kind === "renotification") return "again";
  if (event.from === "Alert" && event.to === "Warn") return "a warning only";
  return { Alert: "alert", Warn: "warning", "No Data": "no data", OK: "over" }[event.to];
}

/** Differences of the alerts of another environment, except for their recipients. */
function differences(first: readonly Outcome[], name: string, { environment, outcomes }: Trial): string[] {
  const rows = outcomes.flatMap((outcome) => {
    const lines = changesFrom(first, outcome);
    return lines.length === 0 ? [] : [`- ${outcome.failure.title}`, ...lines];
  });
  const pages = outcomes.flatMap(({ notifications }) => notifications.filter(({ to }) => to.some(isPager))).length;
  const told = pages === 0 ? "On call is not told" : `On call is told ${pages} times`;
  const otherwise =
    rows.length === 0
      ? `What becomes of each failure is what becomes of it in ${name}.`
      : `Otherwise it is what happens in ${name}, but for:`;
  return [
    `## In ${environment}`,
    `${told}; the same monitors tell the channels of ${environment}.${onServices(outcomes)} ${otherwise}`,
    ...(rows.length === 0 ? [] : [rows.join("\n")]),
  ];
}

/** The first outcome of the same failure: that of the first service. */
function firstOf(outcomes: readonly Outcome[], { failure: { id } }: Outcome): Outcome | undefined {
  return outcomes.find(({ failure }) => failure.id === id);
}

function isOfFirst(outcomes: readonly Outcome[], outcome: Outcome): boolean {
  return firstOf(outcomes, outcome) === outcome;
}

/**
 * The alerts of a failure that the same failure of the first service did not cause in other outcomes, or did, in lines. Every service
 * has the same monitors, so those of one are compared with those of another.
 */
function changesFrom(outcomes: readonly Outcome[], outcome: Outcome): string[] {
  const other = firstOf(outcomes, outcome);
  const [here, there] = [other === undefined ? [] : worstOf(other), worstOf(outcome)];
  const changes = { more: without(there, here), less: without(here, there) };
  return Object.entries(changes)
    .filter(([, titles]) => titles.length > 0)
    .map(([word, titles]) => `  - ${word}: ${titles.join("; ")}.`);
}

/** Titles of alerts that are not among others, whichever service they are of. */
function without(all: ReturnType<typeof worstOf>, others: ReturnType<typeof worstOf>): string[] {
  return all.filter(({ kind }) => others.every((other) => other.kind !== kind)).map(({ title }) => title);
}

/** The titles of alerts, with and without the name of their service. */
function worstOf(outcome: Outcome) {
  return episodesOf(outcome).map(({ monitor, status }) => {
    const service = monitor.options.tags.find((tag) => tag.startsWith("service:"))?.slice("service:".length) ?? "";
    const title = status === "Warn" ? `${monitor.title} (warning)` : monitor.title;
    return { title, kind: title.replace(` (${service})`, "") };
  });
}

/** How failures of one service were tried, where there are several; otherwise empty. */
function onServices(outcomes: readonly Outcome[]): string {
  const [first, ...others] = new Set(outcomes.flatMap(({ failure }) => failure.service ?? []));
  if (first === undefined || others.length === 0) return "";
  return (
    ` Each service has its own monitors. What happens to one service was tried on ${[first, ...others].join(", ")}, ` +
    `and is listed with the name of a service other than ${first} where other alerts follow.`
  );
}

/** The recipients of a notification in words, the most urgent channel first. */
const LISTENERS = ["on call", "ticket", "alerts", "warnings"] as const;
type Listener = (typeof LISTENERS)[number];

/** The recipients of handles: the pager, the tracker's address, or one of the two Slack channels. */
export function listenersOf(handles: readonly string[]): Listener[] {
  const all = handles.map((handle): Listener => {
    if (isPager(handle)) return "on call";
    if (!handle.startsWith("@slack-")) return "ticket";
    return handle.endsWith("-warnings") ? "warnings" : "alerts";
  });
  return LISTENERS.filter((listener) => all.includes(listener));
}

/** `3 min`, `1 h 5 min`. */
export function duration(minutes: number): string {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (hours === 0) return `${minutes} min`;
  return rest === 0 ? `${hours} h` : `${hours} h ${rest} min`;
}

/** The anchor that GitHub generates for a heading. */
export function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(/\s/g, "-");
}

const BASIS = `- **Evaluator**: \`packages/alert-trials/src/evaluator\`. Each rule names the page of Datadog's documentation that it comes from; a query or an option that has
  no model there is listed as not simulated. Two things are nearly what Datadog does, because it does not publish how it does them: bands of
  anomalies, and forecasts.
- **Platform**: \`packages/alert-trials/src/platform\`, from the configuration and the synthesized Terraform JSON: zones, names, sizes, steps of scaling, thresholds.
- **Failures**: \`packages/alert-trials/src/failures.ts\`, causes only. What is measured follows from them.
- **Without clients**: _No request reaches a server_ is there only where \`hasClients\` of a service is true; a test tries that as well.
- **Proven by tests**: every monitor fires for at least one failure; none on a normal day, in a deployment or when scaling takes servers away;
  staging never pages; nor does a first deployment; a lost zone pages once; every page ends.`;
