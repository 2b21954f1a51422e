/** A range of IPv4 addresses in CIDR notation. */
export interface Range {
  readonly first: number;
  readonly size: number;
}

export function addressNumber(text: string): number {
  return text.split(".").reduce((number, part) => number * 256 + Number(part), 0);
}

export function addressText(number: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(number / 2 ** shift) % 256).join(".");
}

/** @param cidr an address without a prefix length is a range of one */
export function range(cidr: string): Range {
  const [address = "", length = "32"] = cidr.split("/");
  const size = 2 ** (32 - Number(length));
  return { first: Math.floor(addressNumber(address) / size) * size, size };
}

export function contains(cidr: string, address: string): boolean {
  const { first, size } = range(cidr);
  const number = addressNumber(address);
  return number >= first && number < first + size;
}
