import { printable } from "@dev-one/cli/printable";

import type { Secrets } from "../model/secrets";
import { type Phrase, shortened } from "../text";

const LONGEST_QUOTED = 240;

/** Text of a plan without secrets and invisible characters, shortened. */
export function clean(text: string, secrets: Secrets, most = LONGEST_QUOTED): string {
  return shortened(printable(secrets.scrub(text)), most);
}

/**
 * A code span of Markdown. In one, GitHub makes neither markup nor links nor mentions of anything; a run of backticks inside
 * needs a longer one outside.
 */
export function codeSpan(text: string): string {
  if (text === "") return "`(empty)`";
  const fence = "`".repeat(longestRun(text) + 1);
  const pad = /^`|`$|^ .* $/.test(text) ? " " : "";
  return `${fence}${pad}${text}${pad}${fence}`;
}

/** A code span in a table's cell, where a bar would begin the next one. */
export function codeSpanInTable(text: string): string {
  return codeSpan(text).replaceAll("|", "\\|");
}

/** Text inside of an HTML element, where Markdown does not reach. */
export function htmlCode(text: string): string {
  const escaped = text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;");
  return `<code>${escaped}</code>`;
}

/** A block of code that its content cannot end. */
export function codeBlock(language: string, lines: readonly string[]): string {
  const fence = "`".repeat(Math.max(3, longestRun(lines.join("\n")) + 1));
  return [`${fence}${language}`, ...lines, fence].join("\n");
}

export function markdown(phrase: Phrase, secrets: Secrets): string {
  return phrase.map((part) => (typeof part === "string" ? part : codeSpan(clean(part.code, secrets)))).join("");
}

export function plain(phrase: Phrase, secrets: Secrets): string {
  return phrase.map((part) => (typeof part === "string" ? part : clean(part.code, secrets))).join("");
}

function longestRun(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map(({ length }) => length));
}
