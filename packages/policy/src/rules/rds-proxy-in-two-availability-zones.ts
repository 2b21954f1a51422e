import { availabilityZoneOf } from "../facts/availability-zones";
import { every, type Rule } from "../rule";

export const rdsProxyInTwoAvailabilityZones: Rule = {
  id: "rds-proxy-in-two-availability-zones",
  title: "RDS Proxy has subnets in at least two Availability Zones",
  reason: "The proxy must stay available when the database fails over to another Availability Zone.",
  remedy: "Name two Availability Zones in database.proxyZones.",
  controls: {},

  subjects: every("aws_db_proxy"),
  check: (proxy) =>
    new Set(proxy.targets("vpc_subnet_ids").map(availabilityZoneOf)).size >= 2
      ? undefined
      : "its subnets are in one Availability Zone",
};
