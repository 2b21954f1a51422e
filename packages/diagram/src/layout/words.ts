import type { Platform } from "../source/platform";

/** Ports that the security groups allow between two parties; empty if they allow none. */
export function portsBetween(platform: Platform, from: string, to: string): readonly string[] {
  return platform.flows.find((flow) => flow.from === from && flow.to === to)?.ports ?? [];
}

/** `api-1 to api-4` for names with consecutive numbers, otherwise all names. */
export function range(names: readonly string[]): string {
  const [first = "", last = ""] = [names[0], names.at(-1)];
  const stem = first.replace(/\d+$/, "");
  const counts = names.every((name, index) => name === `${stem}${Number(first.slice(stem.length)) + index}`);
  return names.length > 2 && counts ? `${first} to ${last}` : names.join(", ");
}

export function count(number: number, noun: string, plural = `${noun}s`): string {
  return `${number} ${number === 1 ? noun : plural}`;
}

/** Up to two names, or the first and how many more there are. */
export function firstOf(names: readonly string[]): string[] {
  return names.length <= 2 ? [...names] : [names[0] ?? "", `and ${names.length - 1} more`];
}
