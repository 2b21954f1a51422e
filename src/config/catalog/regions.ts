import ec2 from "./ec2.json";

/**
 * The regions of AWS, with the ids of their zones; a zone without EC2 instances is left out. Of a region with an empty list, the
 * zones are not known: ec2.json names source and date.
 * @see https://docs.aws.amazon.com/ram/latest/userguide/working-with-az-ids.html
 */
export const availabilityZones: Readonly<Record<string, readonly string[]>> = ec2.zones;

/**
 * Availability Zone ids that cannot hold an endpoint of RDS Proxy.
 * @see https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-proxy.html (limitations)
 */
export const zonesWithoutRdsProxy: readonly string[] = ["use1-az3", "usw1-az2", "cac1-az4"];
