import type { Formula } from "./source/dashboard";

/** Divisor and suffix for numbers of one magnitude. */
export interface Scale {
  readonly factor: number;
  /** Such as ` ms` or `k conn`. */
  readonly suffix: string;
}

/** Datadog's abbreviations of counted units. @see https://docs.datadoghq.com/metrics/units/ */
const COUNTED: Readonly<Record<string, string>> = {
  connection: "conn",
  request: "req",
  response: "rsp",
  packet: "pkt",
  error: "err",
  host: "hosts",
};

/** Units of the same quantity, each with its size in the first unit. */
const FAMILIES: Readonly<Record<string, readonly (readonly [word: string, factor: number])[]>> = {
  time: [
    ["ns", 1],
    ["µs", 1e3],
    ["ms", 1e6],
    ["s", 1e9],
    ["min", 6e10],
    ["hr", 3.6e12],
    ["days", 8.64e13],
  ],
  byte: ["B", "KiB", "MiB", "GiB", "TiB"].map((word, power) => [word, 1024 ** power] as const),
};

const MEMBERS: Readonly<Record<string, { readonly family: keyof typeof FAMILIES; readonly factor: number }>> = {
  nanosecond: { family: "time", factor: 1 },
  microsecond: { family: "time", factor: 1e3 },
  millisecond: { family: "time", factor: 1e6 },
  second: { family: "time", factor: 1e9 },
  byte: { family: "byte", factor: 1 },
};

const THOUSANDS = [
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
] as const;

/** The scale for numbers up to a size. A unit without an abbreviation is written in full. */
export function scaleFor({ number_format: format }: Formula, size: number): Scale {
  const { unit_name: name = "", per_unit_name } = format?.unit ?? {};
  const per = perUnit(per_unit_name);
  if (name === "percent") return { factor: 1, suffix: `%${per}` };
  // Datadog shows a fraction as a percentage.
  if (name === "fraction") return { factor: 0.01, suffix: `%${per}` };
  const member = MEMBERS[name];
  if (member !== undefined) {
    const [word, factor] = largest(FAMILIES[member.family] ?? [], size * member.factor);
    return { factor: factor / member.factor, suffix: ` ${word}${per}` };
  }
  const [thousands, factor] = largest(THOUSANDS, size);
  return { factor, suffix: `${thousands} ${COUNTED[name] ?? name}${per}`.trimEnd() };
}

function perUnit(name: string | undefined): string {
  if (name === undefined) return "";
  return name === "second" ? "/s" : `/${name}`;
}

function largest(units: readonly (readonly [string, number])[], size: number): readonly [string, number] {
  // The largest unit in which the number is at least 1, so 800 ms and not 0.8 s.
  return units.findLast(([, factor]) => Math.abs(size) >= factor) ?? units[0] ?? ["", 1];
}

/** A number with a unit of its magnitude: `1.2k conn`, `3.4 ms`, `62 GiB`. */
export function format(value: number, formula: Formula): string {
  const { number, suffix } = parts(value, formula);
  return `${number}${suffix}`;
}

/** The same without the counted unit, which the axis already names: `1.2k`, but still `3.4 ms`. */
export function brief(value: number, formula: Formula): string {
  const { unit_name: name = "", per_unit_name: per } = formula.number_format?.unit ?? {};
  const isScaled = name in MEMBERS || name === "percent" || name === "fraction";
  const written = format(value, formula);
  return isScaled ? written : written.replace(` ${COUNTED[name] ?? name}${perUnit(per)}`, "");
}

/** The number and its unit separately, because the number is drawn larger. */
export function parts(
  value: number,
  formula: Formula,
  precision = 2,
): { readonly number: string; readonly suffix: string } {
  if (Number.isNaN(value)) return { number: "–", suffix: "" };
  const { factor, suffix } = scaleFor(formula, value);
  const [thousands = ""] = /^[kMG]/.exec(suffix) ?? [];
  return { number: digits(value / factor, precision) + thousands, suffix: suffix.slice(thousands.length) };
}

/** Rounds to three significant digits and at most `precision` decimal places. */
export function digits(value: number, precision = 2): string {
  const size = Math.abs(value);
  const behind = size >= 100 ? 0 : size >= 10 ? 1 : size !== 0 && size < 0.01 ? 4 : 2;
  return Number(value.toFixed(size !== 0 && size < 0.01 ? behind : Math.min(behind, precision))).toString();
}
