import type { Platform } from "../source/platform";

/** Ports that the security groups allow between two parties; empty if they allow none. */
export function portsBetween(platform: Platform, from: string, to: string): readonly string[] {
  return platform.flows.find((flow) => flow.from === from && flow.to === to)?.ports ?? [];
}

/** All names, with `api-1 to api-4` for at least three that have consecutive numbers. */
export function range(names: readonly string[]): string {
  const runs: string[][] = [];
  for (const name of names) {
    const run = runs.at(-1);
    if (run !== undefined && name === following(run.at(-1) ?? "")) run.push(name);
    else runs.push([name]);
  }
  return runs.map((run) => (run.length > 2 ? `${run[0] ?? ""} to ${run.at(-1) ?? ""}` : run.join(", "))).join(", ");
}

/** `api-2` after `api-1`; undefined after a name without a number. */
function following(name: string): string | undefined {
  const number = /\d+$/.exec(name)?.[0];
  return number === undefined ? undefined : `${name.slice(0, -number.length)}${Number(number) + 1}`;
}

/** `2 to 4`, or `2` where both are the same. */
export function span({ minimum, maximum }: { readonly minimum: number; readonly maximum: number }): string {
  return minimum === maximum ? minimum.toString() : `${minimum} to ${maximum}`;
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Up to two names, or the first and how many more there are. */
export function firstOf(names: readonly string[]): string[] {
  return names.length <= 2 ? [...names] : [names[0] ?? "", `and ${names.length - 1} more`];
}
