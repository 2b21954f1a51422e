import type * as z from "zod";

import { type Explain, type Explanation, show } from "../schema/fields";
import type { Problem } from "./configuration-error";

const SEE_REFERENCE = "write it as docs/configuration.md describes it";

/** What the schema found, with the path from the environment down: one problem for each unknown setting, or one problem. */
export function problemsOf(issue: z.core.$ZodIssue): Problem[] {
  // An invalid key is a problem of the record that has it.
  if (issue.code === "invalid_key" && issue.issues[0] !== undefined) {
    return problemsOf({ ...issue.issues[0], path: issue.path.slice(0, -1) });
  }
  if (issue.code === "unrecognized_keys") {
    const remedy = "remove it, or spell it as in docs/configuration.md";
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), problem: "is not a setting here", remedy }));
  }
  return [{ path: pathOf(issue.path), ...explanationOf(issue) }];
}

/** Such as `zones[0].subnets.data`; a key that is no plain word is quoted, so that the path stays on one line. */
function pathOf(keys: readonly PropertyKey[]): string {
  return keys
    .map((key) => (typeof key === "string" && /^[\w-]+$/.test(key) ? `.${key}` : `[${show(key)}]`))
    .join("")
    .replace(/^\./, "");
}

function explanationOf(issue: z.core.$ZodIssue): Explanation {
  if (issue.code === "custom") return (issue.params as { explain: Explain }).explain(issue.input);
  if (issue.code === "invalid_value") return notOneOf(issue.values, issue.input);
  if (issue.code === "invalid_union" && "options" in issue) {
    const key = issue.path.at(-1) ?? "";
    return notOneOf(issue.options ?? [], (issue.input as Readonly<Record<PropertyKey, unknown>>)[key]);
  }
  if (issue.input === undefined) return { problem: "is missing", remedy: SEE_REFERENCE };
  const list = issue.code === "invalid_type" && issue.expected === "array";
  return {
    problem: `${show(issue.input)} is not ${list ? "a list in [ ]" : "an object in { }"}`,
    remedy: SEE_REFERENCE,
  };
}

function notOneOf(values: readonly unknown[], input: unknown): Explanation {
  const names = values.map(show);
  const list = [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" or ");
  return {
    problem: input === undefined ? "is missing" : `${show(input)} is not one of the values`,
    remedy: `write ${list}`,
  };
}
