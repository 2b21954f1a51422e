// What the settings of an environment are made of.
import { inspect } from "node:util";

import * as z from "zod";

/** The longest text that a message shows of a value, characters. */
const LONGEST_SHOWN = 200;

/** What is wrong with a value, and what would be right; both without a full stop. */
export interface Explanation {
  readonly problem: string;
  readonly remedy: string;
}

/** Explains why a value is refused; undefined is a value that is missing. */
export type Explain = (input: unknown) => Explanation;

/** A schema whose violations are explained. Zod's own explanation is one text; problem and remedy stay separate here. */
export function explained<T>(schema: z.ZodType<T>, explain: Explain) {
  return z.custom<T>().check(({ value, issues }) => {
    if (!schema.safeParse(value).success) issues.push({ code: "custom", input: value, params: { explain } });
  });
}

export const DNS_LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
export const label = matching(DNS_LABEL, "a lower-case DNS label", "api-1");
export const domainName = matching(
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a domain name",
  "dev-one.it",
);
export const flag = explained(z.boolean(), (input) => ({
  problem: input === undefined ? "is missing" : `${show(input)} is neither true nor false`,
  remedy: "write true or false",
}));

/** A whole number of something. */
export function count(minimum: number, unit: string, maximum = Number.MAX_SAFE_INTEGER) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum} upwards` : `from ${minimum} to ${maximum}`;
  return expected(z.int().min(minimum).max(maximum), `a whole number of ${unit} ${range}`, minimum.toString());
}

/** A number within a range, such as `a percentage from 1 to 100`. */
export function within(minimum: number, maximum: number, what: string, example: string) {
  return expected(z.number().min(minimum).max(maximum), `${what} from ${minimum} to ${maximum}`, example);
}

/** A text of a pattern. */
export function matching(pattern: RegExp, what: string, example: string) {
  return expected(z.string().regex(pattern), what, example);
}

/** A schema for what has a name and an example. */
export function expected<T>(schema: z.ZodType<T>, what: string, example: string) {
  return explained(schema, (input) => {
    if (input === undefined) return { problem: "is missing", remedy: `write ${what} such as ${example}` };
    const other = otherType(input);
    const remedy = schema.safeParse(other).success ? `write ${show(other)}` : `write one such as ${example}`;
    return { problem: `${show(input)} is not ${what}`, remedy };
  });
}

/** A number for a string, and a string for a number or a flag: quotes too many or too few are a common mistake. */
function otherType(input: unknown): unknown {
  if (typeof input === "string") return Number(input);
  return typeof input === "number" || typeof input === "boolean" ? String(input) : undefined;
}

/** A value as a message shows it: on one line and not too long. Never throws, because a value that is refused may be anything. */
export function show(value: unknown): string {
  const text = typeof value === "string" ? JSON.stringify(value) : describe(value).replaceAll(/\s+/g, " ");
  // JSON.stringify leaves some characters that end a line or control a terminal as they are.
  const line = text.replaceAll(/[\p{Cc}\u2028\u2029]/gu, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return line.length > LONGEST_SHOWN ? `${line.slice(0, LONGEST_SHOWN)}…` : line;
}

function describe(value: unknown): string {
  try {
    if (typeof value === "function") return String(value);
    // Unlike JSON.stringify, it takes cycles and bigint, and shows NaN and symbols as they are.
    return inspect(value, { breakLength: Infinity, compact: true, customInspect: false, depth: 1 });
  } catch {
    return `a value of type ${typeof value}`;
  }
}
