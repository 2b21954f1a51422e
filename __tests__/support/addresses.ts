/**
 * Address arithmetic of the tests' own, on plain numbers and without the library that the sources use: a mistake there must
 * not hide itself here.
 */
export function toNumber(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

export function toAddress(value: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join(".");
}

/** Every address of a CIDR, in order. */
export function addressesOf(cidr: string): string[] {
  const [base = "", length = ""] = cidr.split("/");
  const size = 2 ** (32 - Number(length));
  const first = toNumber(base);
  if (first % size !== 0) throw new Error(`${cidr} does not start at its first address`);
  return Array.from({ length: size }, (_, index) => toAddress(first + index));
}

/** What is left of a subnet when AWS has taken its five and the reservations theirs. */
export function freeAddresses(subnet: string, reservations: readonly string[]): string[] {
  const all = addressesOf(subnet);
  const kept = new Set([...all.slice(0, 4), ...all.slice(-1), ...reservations.flatMap(addressesOf)]);
  return all.filter((address) => !kept.has(address));
}
