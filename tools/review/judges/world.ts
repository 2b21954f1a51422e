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

export const isEverywhere = (cidr: string): boolean => /^(0\.0\.0\.0\/0|::\/0)$/.test(cidr);

/** Half of all addresses, or a large part of them, is the world, too, however it is written. */
export function isTheWorld(cidr: string): boolean {
  return isEverywhere(cidr) || EVERYBODY.test(cidr) || areTheWorld([cidr]);
}

/** Whether ranges are the world together, although none of them may be alone. What is no range counts for nothing. */
export function areTheWorld(cidrs: readonly string[]): boolean {
  if (cidrs.some((cidr) => isEverywhere(cidr) || EVERYBODY.test(cidr))) return true;
  return ([4, 6] as const).some((version) => {
    const ranges = cidrs.filter((cidr) => versionOf(cidr) === version);
    if (ranges.reduce((sum, range) => sum + sizeOf(range), 0n) < WORLD[version]) return false;
    const outside = excludeCidr(mergeCidr(ranges), [...INSIDE[version]]);
    return outside.reduce((sum, range) => sum + sizeOf(range), 0n) >= WORLD[version];
  });
}

/** Whether a text is a range of addresses, such as `10.0.0.0/8`. */
export function isRange(text: string): boolean {
  return versionOf(text) !== undefined;
}

function versionOf(cidr: string): 4 | 6 | undefined {
  if (!/^[\da-f.:]{2,45}\/\d{1,3}$/i.test(cidr)) return undefined;
  try {
    return parseCidr(cidr).version;
  } catch {
    return undefined;
  }
}

function sizeOf(cidr: string): bigint {
  const { start, end } = parseCidr(cidr);
  return end - start + 1n;
}
