// What the settings of an environment are made of; every complaint reads "problem; remedy".
import * as z from "zod";

export const DNS_LABEL = /^[a-z]([a-z0-9-]*[a-z0-9])?$/;
export const label = matching(DNS_LABEL, "a lower-case DNS label", "api-1");
export const domainName = matching(
  /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$/,
  "a domain name",
  "dev-one.it",
);
export const flag = z.boolean({
  error: ({ input }) =>
    input === undefined
      ? "is missing; write true or false"
      : `${show(input)} is neither true nor false; write one of them`,
});

/** A whole number of something. */
export function count(minimum: number, unit: string, maximum = Number.MAX_SAFE_INTEGER) {
  const range = maximum === Number.MAX_SAFE_INTEGER ? `from ${minimum} upwards` : `from ${minimum} to ${maximum}`;
  const error = expected(`a whole number of ${unit} ${range}`, minimum.toString());
  return z.int(error).min(minimum, error).max(maximum, error);
}

/** A number within a range, such as `a percentage from 1 to 100`. */
export function within(minimum: number, maximum: number, what: string, example: string) {
  const error = expected(`${what} from ${minimum} to ${maximum}`, example);
  return z.number(error).min(minimum, error).max(maximum, error);
}

/** Says what is wrong and how it would be right, as `problem; remedy`. */
export function expected(what: string, example: string) {
  return {
    error: ({ input }: { readonly input?: unknown }) =>
      input === undefined
        ? `is missing; write ${what} such as ${example}`
        : `${show(input)} is not ${what}; write one such as ${example}`,
  };
}

export function matching(pattern: RegExp, what: string, example: string) {
  const error = expected(what, example);
  return z.string(error).regex(pattern, error);
}

export function show(value: unknown): string {
  return value === undefined ? "without a name" : JSON.stringify(value);
}
