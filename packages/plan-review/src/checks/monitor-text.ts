import { type Change, text } from "../model/change";
import type { Difference } from "../model/differences";

const TEXTS = ["name", "message", "escalation_message"] as const;

/**
 * Whether only the prose of a monitor changes; recipients and conditions stay.
 * @see https://docs.datadoghq.com/monitors/notify/variables
 */
export function isMonitorText({ type, before, after }: Change, { path, isUnknown }: Difference): boolean {
  const attribute = TEXTS.find((each) => each === path);
  if (type !== "datadog_monitor" || attribute === undefined || isUnknown) return false;
  const [old, fresh] = [text(before?.[attribute]), text(after?.[attribute])];
  // A monitor without a name or a message notifies no one.
  if (old === undefined || fresh === undefined) return false;
  return JSON.stringify(variablesAndHandles(old)) === JSON.stringify(variablesAndHandles(fresh));
}

/** The parts of a text with a function, in order: handles, template variables and conditions, marks of code and of comments. */
function variablesAndHandles(message: string): string[] {
  let isInside = false;
  return message.split(/\s+/).flatMap((word) => {
    const start = isInside ? 0 : word.indexOf("{{");
    const hasBraces = /\{\{|\}\}/.test(word);
    if (hasBraces) isInside = word.lastIndexOf("{{") > word.lastIndexOf("}}");
    // Characters next to a handle belong to it.
    if (/[@`~\\]|<!--|-->/.test(word) || (hasBraces && start === -1)) return [word];
    if (start === -1) return [];
    return [isInside || !hasBraces ? word.slice(start) : word.slice(start, word.lastIndexOf("}}") + 2)];
  });
}
