import { type Refusal, refusal } from "../refusal";

/** https://docs.datadoghq.com/monitors/notify/variables/#conditional-variables */
const CONDITION =
  /^is_((alert|no_data|warning)(_recovery)?|alert_to_warning|(exact_)?match|priority|recovery|renotify|unknown)$/;

/**
 * Validates a message's template: braces are balanced, and every block is known, closed, and closed in order. The error for braces
 * is that of issue 1882 of DataDog/terraform-provider-datadog; the errors for blocks are not Datadog's.
 *
 * @param place such as "message"
 * @throws Refusal
 */
export function checkMessage(place: string, text: string): void {
  const fail = (problem: string): Refusal => refusal(`In ${place}: ${problem}`);
  const open: string[] = [];
  // Three braces insert a value unescaped, two escape it.
  const outside = text.replaceAll(/\{\{\{([^{}]*)\}\}\}|\{\{([^{}]*)\}\}/g, (_tag, raw?: string, inner?: string) => {
    const tag = (raw ?? inner ?? "").trim();
    const [, sign, name = ""] = /^([#^/])\s*(\S*)/.exec(tag) ?? [];
    if (tag === "") throw fail("empty variable {{}}");
    if (sign === "#" || sign === "^") {
      if (!CONDITION.test(name)) throw fail(`unknown conditional variable {{${sign}${name}}}`);
      open.push(name);
    }
    if (sign === "/") {
      const last = open.pop();
      if (last === undefined) throw fail(`{{/${name}}} closes nothing`);
      if (last !== name) throw fail(`{{/${name}}} closes {{#${last}}}`);
    }
    return "";
  });
  const brace = /\{\{|\}\}/.exec(outside)?.[0];
  if (brace !== undefined) throw fail(`unbalanced braces, found an extra ${brace.charAt(0)}`);
  const unclosed = open.pop();
  if (unclosed !== undefined) throw fail(`{{#${unclosed}}} is not closed`);
}
