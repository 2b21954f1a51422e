import type { Unit } from "./metric-query";

/** Display units of metrics and their conversion factors. */
const DISPLAY_UNITS: Readonly<Partial<Record<Unit, { readonly unit: string; readonly factor: number }>>> = {
  percent: { unit: "%", factor: 1 },
  fraction: { unit: "%", factor: 100 },
  nanosecond: { unit: "s", factor: 1e-9 },
  microsecond: { unit: "ms", factor: 1e-3 },
  second: { unit: "s", factor: 1 },
  transaction: { unit: "million", factor: 1e-6 },
};

/** Display unit and conversion factor of a metric's unit. */
export function displayUnit(unit: Unit): { readonly unit: string; readonly factor: number } {
  return DISPLAY_UNITS[unit] ?? { unit, factor: 1 };
}

/** A value for the marker of a graph, whose title says what is counted. */
export function formatForMarker(value: number, unit: Unit): string {
  if (DISPLAY_UNITS[unit] === undefined) return value.toString();
  // Datadog puts no space before a percent sign, and shortens millions.
  return formatValue(value, unit).replace(" %", "%").replace(" million", "M");
}

/** A value with its display unit, such as `0.8 s` for 800,000,000 nanoseconds, or `0.3 errors per second`. */
export function formatValue(value: number, unit: Unit): string {
  const { factor, unit: name } = displayUnit(unit);
  const shown = Number((value * factor).toPrecision(12));
  return `${shown} ${DISPLAY_UNITS[unit] === undefined ? counted(unit, shown === 1) : name}`;
}

/** The unit of a number that is not known yet, in words: `%`, `s`, `errors per second`. */
export function unitInWords(unit: Unit): string {
  return DISPLAY_UNITS[unit]?.unit ?? counted(unit, false);
}

/** Units of counted things have a plural: 1 host, 2 hosts. */
function counted(unit: Unit, isOne: boolean): string {
  const [name = "", ...per] = unit.split("/");
  return [isOne ? name : `${name}s`, ...per].join(" per ");
}
