import type { Formula } from "./source/dashboard";

/** Words for numbers of one quantity, each with its size in the first word. */
type Words = readonly (readonly [word: string, size: number])[];

const TIME: Words = [
  [" ns", 1],
  [" µs", 1e3],
  [" ms", 1e6],
  [" s", 1e9],
  [" min", 6e10],
  [" hr", 3.6e12],
  [" days", 8.64e13],
];
const BYTES: Words = [" B", " KiB", " MiB", " GiB", " TiB"].map((word, power) => [word, 1024 ** power]);
const THOUSANDS: Words = [
  ["", 1],
  ["k", 1e3],
  ["M", 1e6],
  ["G", 1e9],
];

/** Datadog's units that are not counted, each with its words and its size in the first one. */
const MEASURED: Readonly<Record<string, readonly [words: Words, size: number]>> = {
  nanosecond: [TIME, 1],
  microsecond: [TIME, 1e3],
  millisecond: [TIME, 1e6],
  second: [TIME, 1e9],
  byte: [BYTES, 1],
  percent: [[["%", 1]], 1],
  // Datadog shows a fraction as a percentage.
  fraction: [[["%", 0.01]], 1],
};

/** Datadog's abbreviations of counted units. @see https://docs.datadoghq.com/metrics/units/ */
const COUNTED: Readonly<Record<string, string>> = {
  connection: "conn",
  request: "req",
  response: "rsp",
  packet: "pkt",
  error: "err",
  host: "hosts",
  operation: "op",
  transaction: "txn",
};

/** Divisor and suffix, such as ` ms` or `k conn`, for numbers up to a size. A unit without an abbreviation is written in full. */
export function scaleFor({ number_format: format }: Formula, size: number) {
  const { unit_name: name = "", per_unit_name: per } = format?.unit ?? {};
  const [words, own] = MEASURED[name] ?? [THOUSANDS, 1];
  // The largest unit in which the number is at least 1, so 800 ms and not 0.8 s.
  const [word, factor] = words.findLast(([, each]) => Math.abs(size * own) >= each) ?? words[0] ?? ["", 1];
  const time = per === undefined ? "" : `/${per === "second" ? "s" : per}`;
  /** The part of the suffix that is the same for numbers of any size. */
  const counted = name in MEASURED ? "" : ` ${COUNTED[name] ?? name}${time}`.trimEnd();
  return { factor: factor / own, counted, suffix: name in MEASURED ? word + time : word + counted };
}

/** A number with a unit of its magnitude: `1.2k conn`, `3.4 ms`, `62 GiB`. */
export function format(value: number, formula: Formula): string {
  const { number, suffix } = parts(value, formula);
  return `${number}${suffix}`;
}

/** The same without the counted unit, which the axis already names: `1.2k`, but still `3.4 ms`. */
export function brief(value: number, formula: Formula): string {
  return format(value, formula).replace(scaleFor(formula, value).counted, "");
}

/** The number and its unit separately, because the number is drawn larger. */
export function parts(value: number, formula: Formula, precision = 2) {
  if (Number.isNaN(value)) return { number: "–", suffix: "" };
  const { factor, suffix } = scaleFor(formula, value);
  const [thousands = ""] = /^[kMG]/.exec(suffix) ?? [];
  return { number: digits(value / factor, precision) + thousands, suffix: suffix.slice(thousands.length) };
}

/** Rounds to three significant digits and at most `precision` decimal places; to four places if the number is very small. */
export function digits(value: number, precision = 2): string {
  const size = Math.abs(value);
  const places = Math.min(precision, size >= 100 ? 0 : size >= 10 ? 1 : 2);
  return Number(value.toFixed(size !== 0 && size < 0.01 ? 4 : places)).toString();
}
