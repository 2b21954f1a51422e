const directions: Readonly<Record<string, string>> = {
  north: "n",
  northeast: "ne",
  east: "e",
  southeast: "se",
  south: "s",
  southwest: "sw",
  west: "w",
  northwest: "nw",
  central: "c",
  gov: "g",
};

/**
 * What the Availability Zone ids of a region start with: `use1` for `us-east-1`, `apne1` for `ap-northeast-1`.
 * @see https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
export function zoneIdPrefix(region: string): string {
  const [area = "", ...rest] = region.split("-");
  return area + rest.map((part) => directions[part] ?? part).join("");
}

/**
 * Availability Zone ids that cannot hold an endpoint of RDS Proxy.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html (limitations)
 */
export const zonesWithoutRdsProxy: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az4"];
