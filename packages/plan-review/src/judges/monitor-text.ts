import { type Change, text } from "../model/change";
import type { Difference } from "../model/differences";

const TEXTS = ["name", "message", "escalation_message"] as const;

/**
 * Whether nothing but the words of a monitor change: who is told, and on which condition, stays as it was.
 * @see https://docs.datadoghq.com/monitors/notify/variables
 */
export function isMonitorText({ type, before, after }: Change, { path, isUnknown }: Difference): boolean {
  const attribute = TEXTS.find((each) => each === path);
  if (type !== "datadog_monitor" || attribute === undefined || isUnknown) return false;
  const [old, fresh] = [text(before?.[attribute]), text(after?.[attribute])];
  // Without a name or a message, a monitor tells nobody anything.
  if (old === undefined || fresh === undefined) return false;
  return JSON.stringify(machinery(old)) === JSON.stringify(machinery(fresh));
}

/** What does something in a text, in its order: handles, template variables and conditions, marks of code and of comments. */
function machinery(message: string): string[] {
  let isInside = false;
  return message.split(/\s+/).flatMap((word) => {
    const start = isInside ? 0 : word.indexOf("{{");
    const hasBraces = /\{\{|\}\}/.test(word);
    if (hasBraces) isInside = word.lastIndexOf("{{") > word.lastIndexOf("}}");
    // What a handle touches is part of it.
    if (/[@`~\\]|<!--|-->/.test(word) || (hasBraces && start === -1)) return [word];
    if (start === -1) return [];
    return [isInside || !hasBraces ? word.slice(start) : word.slice(start, word.lastIndexOf("}}") + 2)];
  });
}
