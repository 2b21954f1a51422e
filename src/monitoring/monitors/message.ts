import type { Unit } from "../datadog/metric-query";
import type { Thresholds } from "../datadog/thresholds";
import { displayUnit, formatValue, unitInWords } from "../datadog/units";
import type { Recipients } from "./recipients";

export interface MessageProps {
  /** What is wrong, such as `CPU of a server is high`. */
  readonly title: string;
  /** What it means, in one sentence. */
  readonly meaning: string;
  /** Tag keys of a multi alert. @default simple alert */
  readonly groups?: readonly string[];
  /** Thresholds, which the message quotes. @default none */
  readonly thresholds?: Thresholds;
  /** Whether the monitor has a warning threshold. */
  readonly hasWarning: boolean;
  /** Minutes without data after which the monitor notifies. @default never */
  readonly noDataMinutes?: number | undefined;
  /** Whether a window without data is what the monitor is about, so that the title says it. @default false */
  readonly notifiesOfMissingData?: boolean;
  /** What a recovery means, where it is not the end of the cause, such as `Over, or without data`. @default `Over` */
  readonly recovery?: string;
  /** Further sentences. @default none */
  readonly notes?: readonly string[];
  /** URL of the runbook entry. */
  readonly runbook: string;
  /** URL of the dashboard. */
  readonly dashboard: string;
  /** Recipients of alert and warning. */
  readonly recipients: Recipients;
}

/** Text of a notification: what is wrong, where, what it means, links, and recipients. */
export function message(props: MessageProps): string {
  const where = location(props.groups ?? []);
  const { thresholds, noDataMinutes } = props;
  const inState = (state: string, text: string) => `{{#is_${state}}}${text}{{/is_${state}}}`;
  const comparedWith = (threshold: number | undefined) =>
    thresholds === undefined || threshold === undefined
      ? "."
      : `: ${valueText(thresholds.unit)}, ${comparisonText(thresholds, threshold)}.`;
  return [
    inState("alert", `**${props.title}**${where}${comparedWith(thresholds?.critical)}`),
    ...(props.hasWarning
      ? [inState("warning", `${props.title}${where}, a warning${comparedWith(thresholds?.warning)}`)]
      : []),
    ...(noDataMinutes === undefined
      ? []
      : [inState("no_data", `**${props.title}**${where}: no data for ${noDataMinutes} minutes.`)]),
    ...(props.notifiesOfMissingData === true ? [inState("no_data", `**${props.title}**${where}.`)] : []),
    inState("recovery", `${props.recovery ?? "Over"}: ${props.title}${where}.`),
    "",
    props.meaning,
    ...(props.notes ?? []),
    "",
    `Runbook: ${props.runbook}`,
    `Dashboard: ${props.dashboard}`,
    "",
    recipientsByState(props),
  ].join("\n");
}

/**
 * Recipients by state. Recovery goes to the recipients of the alert, so that the page is resolved. An alert that falls back to a
 * warning later recovers from the warning, so recipients of the alert are told when it falls back.
 */
function recipientsByState(props: MessageProps): string {
  const {
    recipients: { alert, warning },
    hasWarning,
    noDataMinutes,
    notifiesOfMissingData = false,
  } = props;
  const states = [
    ["alert", alert],
    ["alert_recovery", alert],
    ...(hasWarning
      ? ([
          ["warning", warning],
          ["warning_recovery", warning],
          ...(alert.join() === warning.join() ? [] : ([["alert_to_warning", alert]] as const)),
        ] as const)
      : []),
    ...(noDataMinutes === undefined && !notifiesOfMissingData
      ? []
      : ([
          ["no_data", alert],
          ["no_data_recovery", alert],
        ] as const)),
  ] as const;
  return states.map(([state, handles]) => `{{#is_${state}}}${handles.join(" ")}{{/is_${state}}}`).join("\n");
}

function location(groups: readonly string[]): string {
  if (groups.length === 0) return "";
  const named = groups.filter((group) => group !== "host").map((group) => `{{${group}.name}}`);
  const host = groups.includes("host") ? " ({{host.name}})" : "";
  return `, ${named.join(" in ")}${host}`;
}

function valueText(unit: Unit): string {
  const { factor } = displayUnit(unit);
  const name = unitInWords(unit);
  if (factor === 1) return `{{value}} ${name}`;
  return factor > 1 ? `{{eval "value*${factor}"}} ${name}` : `{{eval "value/${Math.round(1 / factor)}"}} ${name}`;
}

function comparisonText({ comparator, unit }: Thresholds, threshold: number): string {
  const word = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" }[comparator];
  return `${word} ${formatValue(threshold, unit)}`;
}
