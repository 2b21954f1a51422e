import {
  address,
  fourthZone,
  inRegion,
  inServers,
  inZone,
  inZones,
  type Mistakes,
  reading,
  setting,
  subnet,
  thirdZone,
} from "./mistake";

/** Mistakes in region, zones, subnets and addresses. */
export const networkMistakes: Mistakes = {
  "zones[0].servers.api-1: 172.31.1.50 lies outside its subnet 172.31.1.96/28; choose one from 172.31.1.100 to 172.31.1.110":
    address(1, "api-1", "172.31.1.50"),
  "zones[0].servers.api-1: 172.31.1.99 is one of the five addresses of 172.31.1.96/28 that AWS reserves; choose one from 172.31.1.100 to 172.31.1.110":
    address(1, "api-1", "172.31.1.99"),
  "zones[1].servers.api-4: 172.31.2.111 is one of the five addresses of 172.31.2.96/28 that AWS reserves; choose one from 172.31.2.100 to 172.31.2.110":
    address(2, "api-4", "172.31.2.111"),
  "zones[0].servers: 172.31.1.102 is named twice; give each server an address of its own": address(
    1,
    "api-1",
    "172.31.1.102",
  ),
  "zones[1].subnets.public: 172.31.101.128/25 overlaps 172.31.101.0/24 (zones[0].subnets.public); give each subnet a range of its own":
    reading(subnet(2, "public", "172.31.101.128/25"), "zones.0.subnets.public"),
  "zones[1].subnets.data: 172.30.1.0/24 leaves the VPC; choose a range within 172.31.0.0/16": reading(
    subnet(2, "data", "172.30.1.0/24"),
    "vpcCidr",
  ),
  "zones[1].subnets.data: 172.31.202.0/29 is not a size that a subnet can have; write a prefix length from /16 to /28":
    subnet(2, "data", "172.31.202.0/29"),
  "zones[1].subnets.data: 172.31.202.1/24 does not start at the first address of its range; write 172.31.202.0/24":
    subnet(2, "data", "172.31.202.1/24"),
  "vpcCidr: 172.0.0.0/8 is not a size that a VPC can have; write a prefix length from /16 to /28": setting({
    vpcCidr: "172.0.0.0/8",
  }),
  "vpcCidr: 172.32.0.0/16 is in none of the private ranges in which nginx trusts the load balancer for the client's address; choose one within 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16":
    setting({ vpcCidr: "172.32.0.0/16" }),
  "zones: 1 zone cannot survive the loss of a zone; name two or three": inZones((zones) => zones.slice(0, 1)),
  "zones: 0 zones cannot survive the loss of a zone; name two or three": inZones(() => []),
  "zones: 4 zones need more metrics than CloudWatch allows in one scaling alarm; name at most 3": inZones((zones) => [
    ...zones,
    thirdZone,
    fourthZone,
  ]),
  "zones: zone-2 is named twice; give each zone a name of its own": inZones((zones) => [
    ...zones,
    { ...thirdZone, name: "zone-2" },
  ]),
  "zones: use1-az2 is named twice; put each zone into an Availability Zone of its own": reading(
    inZones((zones) => [...zones, { ...thirdZone, availabilityZoneId: "use1-az2" }]),
    "zones.0.availabilityZoneId",
  ),
  "zones[1].availabilityZoneId: euw1-az2 is not a zone of us-east-1; write one of use1-az1, use1-az2, use1-az3, use1-az4, use1-az5, use1-az6":
    reading(inZone(2, { availabilityZoneId: "euw1-az2" }), "region"),
  "zones[0].subnets.elastic: 172.31.1.128/25 has 123 addresses, and 146 are needed at the peak without one zone; choose a larger range, or lower servers.peakConnections or the maximum of a service":
    reading(
      (props) => subnet(2, "elastic", "172.31.4.0/24")(inServers({ peakConnections: 700_000 })(props)),
      "zones.length",
      "zones.0.servers",
    ),
  "zones[1].subnets.elastic: 172.31.2.128/28 has 11 addresses, and 14 are needed at the peak without one zone; choose a larger range, or lower servers.peakConnections or the maximum of a service":
    reading(
      subnet(2, "elastic", "172.31.2.128/28"),
      "zones.length",
      "zones.0.servers",
      "servers.peakConnections",
      "servers.connectionsPerServer",
    ),
  "zones[0].subnets.public: 172.31.101.0/28 is smaller than a load balancer's subnet may be; write a prefix length of at most /27":
    subnet(1, "public", "172.31.101.0/28"),
  "zones[1].servers: the names (api-1) differ from those of zones[0] (api-1, api-2, api-3, api-4); name the same servers in every zone":
    reading(inZone(2, { servers: { "api-1": "172.31.2.101" } }), "zones.0.servers", "zones.1.servers"),
  "zones[1].servers: no server is named; name at least one with its address": reading(
    inZone(2, { servers: {} }),
    "zones.1.servers",
  ),
  'zones[0].servers: "API_1" is not a lower-case DNS label; write one such as api-1': inZone(1, {
    servers: { API_1: "172.31.1.101" },
  }),
  "region: us-east-9 is not described in src/config/catalog/ec2.json; write one such as us-east-1, us-east-2, us-west-1, or update that file with scripts/documents/ec2_catalog.py":
    inRegion("us-east-9", "use9-az1", "use9-az2"),
  'zones: "zone-1" is not a list in [ ]; write it as docs/configuration.md describes it': setting({ zones: "zone-1" }),
  'zones[0].servers.postgres: the name "postgres" is reserved; avoid all, postgres': reading(
    inZones((zones) =>
      zones.map((zone, index) => ({ ...zone, servers: { ...zone.servers, postgres: `172.31.${index + 1}.110` } })),
    ),
    "zones.0.servers",
  ),
  'zones[0].servers.api-1: "172.31.1" is not an IPv4 address; write one such as 172.31.1.101': address(
    1,
    "api-1",
    "172.31.1",
  ),
  'zones[1].subnets.data: "172.31.202.0" is not an IPv4 CIDR; write one such as 172.31.1.0/24': subnet(
    2,
    "data",
    "172.31.202.0",
  ),
  'vpcCidr: "172.300.0.0/16" is not an IPv4 CIDR; write one such as 172.31.1.0/24': setting({
    vpcCidr: "172.300.0.0/16",
  }),
  'zones[1].availabilityZoneId: "us-east-1b" is not an Availability Zone id; write one such as use1-az2': inZone(2, {
    availabilityZoneId: "us-east-1b",
  }),
  'region: "Virginia" is not an AWS region; write one such as us-east-1': setting({ region: "Virginia" }),
};
