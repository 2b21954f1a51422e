import { excludeCidr, mergeCidr, parseCidr } from "cidr-tools";

/**
 * Addresses that nobody outside can come from: private ones, those of carriers' networks, of one link, and of groups.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const INSIDE = {
  4: ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
  6: ["fc00::/7", "fe80::/10", "ff00::/8"],
} as const;

/** So many public addresses are the world, however they are written: half of a /8, and a /16 of IPv6. */
const WORLD = { 4: 2n ** 23n, 6: 2n ** 112n } as const;

/** Words that stand for every address. */
const EVERYBODY = /^(\*|any|all|internet)$/i;

export const isEverywhere = (cidr: string): boolean => /^\s*(0\.0\.0\.0\/0|::\/0)\s*$/.test(cidr);

/** Half of all addresses, or a large part of them, is the world, too, however it is written. */
export function isTheWorld(cidr: string): boolean {
  return isEverywhere(cidr) || EVERYBODY.test(cidr) || areTheWorld([cidr]);
}

/** Whether ranges are the world together, although none of them may be alone. What is no range counts for nothing. */
export function areTheWorld(cidrs: readonly string[]): boolean {
  if (cidrs.some((cidr) => isEverywhere(cidr) || EVERYBODY.test(cidr))) return true;
  return ([4, 6] as const).some((version) => {
    const ranges = cidrs.filter((cidr) => parsed(cidr)?.version === version).map((cidr) => cidr.trim());
    if (ranges.reduce((sum, range) => sum + sizeOf(range), 0n) < WORLD[version]) return false;
    const outside = excludeCidr(mergeCidr(ranges), [...INSIDE[version]]);
    return outside.reduce((sum, range) => sum + sizeOf(range), 0n) >= WORLD[version];
  });
}

/** Whether a text is a range of addresses, such as `10.0.0.0/8`. */
export function isRange(text: string): boolean {
  return parsed(text) !== undefined;
}

/** Whether all of a range is in another; false for what is no range. */
export function holds(outer: string, inner: string): boolean {
  const [one, other] = [parsed(outer), parsed(inner)];
  if (one === undefined || one.version !== other?.version) return false;
  return one.start <= other.start && one.end >= other.end;
}

type Range = Pick<ReturnType<typeof parseCidr>, "version" | "start" | "end">;

/** Ranges are compared with one another many times: each is read once, as long as they are not too many to keep. */
const READ = new Map<string, Range | undefined>();
const MOST_READ = 100_000;

function parsed(text: string): Range | undefined {
  if (READ.has(text)) return READ.get(text);
  if (READ.size >= MOST_READ) READ.clear();
  const range = read(text.trim());
  READ.set(text, range);
  return range;
}

function read(cidr: string): Range | undefined {
  if (!/^[\da-f.:]{2,45}\/\d{1,3}$/i.test(cidr)) return undefined;
  try {
    return parseCidr(cidr);
  } catch {
    return undefined;
  }
}

function sizeOf(cidr: string): bigint {
  const range = parsed(cidr);
  return range === undefined ? 0n : range.end - range.start + 1n;
}
