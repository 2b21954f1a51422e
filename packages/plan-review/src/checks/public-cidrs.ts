import { excludeCidr, mergeCidr, parseCidr } from "cidr-tools";

/**
 * Addresses that are not routed on the internet: private, carrier-grade NAT, loopback, link-local and multicast.
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
const NOT_ROUTED = {
  4: ["10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "224.0.0.0/3"],
  6: ["fc00::/7", "fe80::/10", "ff00::/8"],
} as const;

/** CIDRs with at least so many public addresses count as public: a /9 of IPv4, a /16 of IPv6. */
const PUBLIC_FROM = { 4: 2n ** 23n, 6: 2n ** 112n } as const;

/** Keywords for every address. */
const EVERY_ADDRESS = /^(\*|any|all|internet)$/i;

export const isEverywhere = (cidr: string): boolean => /^\s*(0\.0\.0\.0\/0|::\/0)\s*$/.test(cidr);

/** Whether CIDRs or keywords together allow so many public addresses that they count as 0.0.0.0/0 or ::/0. Other texts are ignored. */
export function arePublic(cidrs: readonly string[]): boolean {
  if (cidrs.some((cidr) => isEverywhere(cidr) || EVERY_ADDRESS.test(cidr))) return true;
  return ([4, 6] as const).some((version) => {
    const ranges = cidrs.filter((cidr) => parsed(cidr)?.version === version).map((cidr) => cidr.trim());
    if (ranges.reduce((sum, range) => sum + sizeOf(range), 0n) < PUBLIC_FROM[version]) return false;
    const outside = excludeCidr(mergeCidr(ranges), [...NOT_ROUTED[version]]);
    return outside.reduce((sum, range) => sum + sizeOf(range), 0n) >= PUBLIC_FROM[version];
  });
}

/** Whether a text is a CIDR, such as `10.0.0.0/8`. */
export function isRange(text: string): boolean {
  return parsed(text) !== undefined;
}

/** Whether a CIDR contains another; false for other texts. */
export function holds(outer: string, inner: string): boolean {
  const [one, other] = [parsed(outer), parsed(inner)];
  if (one === undefined || one.version !== other?.version) return false;
  return one.start <= other.start && one.end >= other.end;
}

type Range = Pick<ReturnType<typeof parseCidr>, "version" | "start" | "end">;

/** CIDRs are compared many times, so that each is parsed once; the cache is bounded. */
const READ = new Map<string, Range | undefined>();
const MOST_READ = 100_000;

function parsed(text: string): Range | undefined {
  if (READ.has(text)) return READ.get(text);
  if (READ.size >= MOST_READ) READ.clear();
  READ.set(text, read(text.trim()));
  return READ.get(text);
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
