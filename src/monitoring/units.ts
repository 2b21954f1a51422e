import type { Unit } from "./metric-query";

/** How people read a unit, and how to get there from the metric's. */
const READABLE: Readonly<Partial<Record<Unit, { readonly unit: string; readonly factor: number }>>> = {
  percent: { unit: "%", factor: 1 },
  fraction: { unit: "%", factor: 100 },
  nanosecond: { unit: "s", factor: 1e-9 },
  microsecond: { unit: "ms", factor: 1e-3 },
  second: { unit: "s", factor: 1 },
};

export function readable(unit: Unit): { readonly unit: string; readonly factor: number } {
  return READABLE[unit] ?? { unit, factor: 1 };
}

/** A value beside an axis, which says itself what is counted. */
export function besideAxis(value: number, unit: Unit): string {
  // Datadog puts no space before a percent sign.
  return READABLE[unit] === undefined ? value.toString() : inWords(value, unit).replace(" %", "%");
}

/** A value as people read it, such as `0.8 s` for 800,000,000 nanoseconds. */
export function inWords(value: number, unit: Unit): string {
  const { factor, unit: name } = readable(unit);
  const shown = Number((value * factor).toPrecision(12));
  // Counted things have a plural: 1 host, 2 hosts.
  const isCounted = READABLE[unit] === undefined && shown !== 1;
  return `${shown} ${isCounted ? name.replace(/^[a-z]+/, "$&s") : name}`;
}
