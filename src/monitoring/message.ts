import type { Unit } from "./metric-query";
import type { Recipients } from "./recipients";
import type { Thresholds } from "./thresholds";
import { inWords, readable } from "./units";

export interface MessageProps {
  /** What is wrong, such as `CPU of a server is high`. */
  readonly title: string;
  /** One sentence for somebody who was woken up. */
  readonly meaning: string;
  /** Tag keys of a multi-alert. @default a simple alert */
  readonly groups?: readonly string[];
  /** @default nothing is compared with a number that would help */
  readonly thresholds?: Thresholds;
  /** Whether the monitor knows warnings. */
  readonly warns: boolean;
  /** Minutes of silence after which the monitor speaks. @default never */
  readonly noDataMinutes?: number | undefined;
  /** Further sentences: what else is to know. @default none */
  readonly notes?: readonly string[];
  readonly runbook: string;
  readonly dashboard: string;
  readonly recipients: Recipients;
}

/** What a notification says: what is wrong, where, what it means, where to read on, and who gets it. */
export function message(props: MessageProps): string {
  const where = place(props.groups ?? []);
  const { thresholds, noDataMinutes } = props;
  const says = (state: string, text: string) => `{{#is_${state}}}${text}{{/is_${state}}}`;
  const crossed = (threshold: number | undefined) =>
    thresholds === undefined || threshold === undefined
      ? "."
      : `: ${value(thresholds.unit)}, ${limit(thresholds, threshold)}.`;
  return [
    says("alert", `**${props.title}**${where}${crossed(thresholds?.critical)}`),
    ...(props.warns ? [says("warning", `${props.title}${where}, a warning${crossed(thresholds?.warning)}`)] : []),
    ...(noDataMinutes === undefined
      ? []
      : [says("no_data", `**${props.title}**${where}: no data for ${noDataMinutes} minutes.`)]),
    says("recovery", `Over: ${props.title}${where}.`),
    "",
    props.meaning,
    ...(props.notes ?? []),
    "",
    `Runbook: ${props.runbook}`,
    `Dashboard: ${props.dashboard}`,
    "",
    calls(props),
  ].join("\n");
}

/**
 * Each state calls its own people; recovery goes where the alert went, so that the page closes itself. An alert that becomes a
 * warning recovers from the warning in the end: whoever heard the alert hears that it has become one.
 */
function calls({ recipients: { alert, warning }, warns, noDataMinutes }: MessageProps): string {
  const states = [
    ["alert", alert],
    ["alert_recovery", alert],
    ...(warns
      ? ([
          ["warning", warning],
          ["warning_recovery", warning],
          ...(alert.join() === warning.join() ? [] : ([["alert_to_warning", alert]] as const)),
        ] as const)
      : []),
    ...(noDataMinutes === undefined
      ? []
      : ([
          ["no_data", alert],
          ["no_data_recovery", alert],
        ] as const)),
  ] as const;
  return states.map(([state, handles]) => `{{#is_${state}}}${handles.join(" ")}{{/is_${state}}}`).join("\n");
}

function place(groups: readonly string[]): string {
  if (groups.length === 0) return "";
  const named = groups.filter((group) => group !== "host").map((group) => `{{${group}.name}}`);
  const host = groups.includes("host") ? " ({{host.name}})" : "";
  return `, ${named.join(" in ")}${host}`;
}

function value(unit: Unit): string {
  const { factor, unit: name } = readable(unit);
  if (factor === 1) return `{{value}} ${name}`;
  return factor > 1 ? `{{eval "value*${factor}"}} ${name}` : `{{eval "value/${Math.round(1 / factor)}"}} ${name}`;
}

function limit({ comparator, unit }: Thresholds, threshold: number): string {
  const word = { ">": "above", ">=": "at or above", "<": "below" }[comparator];
  return `${word} ${inWords(threshold, unit)}`;
}
