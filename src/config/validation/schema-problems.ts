import type * as z from "zod";

import { type Explain, type Explanation, show } from "../schema/fields";
import type { Problem } from "./configuration-error";

const SEE_REFERENCE = "write it as docs/configuration.md describes it";

/** What the schema found, with the path from the environment down. */
export function problemOf(issue: z.core.$ZodIssue): Problem {
  // An invalid key is a problem of the record that has it.
  if (issue.code === "invalid_key" && issue.issues[0] !== undefined) {
    return problemOf({ ...issue.issues[0], path: issue.path.slice(0, -1) });
  }
  const path = issue.path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .replace(/^\./, "");
  return { path, ...explanationOf(issue) };
}

function explanationOf(issue: z.core.$ZodIssue): Explanation {
  if (issue.code === "custom") return (issue.params as { explain: Explain }).explain(issue.input);
  if (issue.code === "unrecognized_keys") {
    const [verb, it] = issue.keys.length === 1 ? ["is not a setting", "it"] : ["are not settings", "them"];
    const remedy = `remove ${it}, or spell ${it} as in docs/configuration.md`;
    return { problem: `${issue.keys.join(", ")} ${verb}`, remedy };
  }
  if (issue.code === "invalid_value") return notOneOf(issue.values, issue.input);
  if (issue.code === "invalid_union" && "options" in issue) {
    const key = issue.path.at(-1) ?? "";
    return notOneOf(issue.options ?? [], (issue.input as Readonly<Record<PropertyKey, unknown>>)[key]);
  }
  if (issue.input === undefined) return { problem: "is missing", remedy: SEE_REFERENCE };
  return { problem: `${show(issue.input)} has the wrong type`, remedy: SEE_REFERENCE };
}

function notOneOf(values: readonly unknown[], input: unknown): Explanation {
  const names = values.map(show);
  const list = [names.slice(0, -1).join(", "), ...names.slice(-1)].filter((part) => part !== "").join(" or ");
  return {
    problem: input === undefined ? "is missing" : `${show(input)} is not one of the values`,
    remedy: `write ${list}`,
  };
}
