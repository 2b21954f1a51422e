import { every, type Rule } from "../rule";
import { zoneOf } from "../zones";

export const proxyStandsInTwoZones: Rule = {
  id: "proxy-stands-in-two-zones",
  title: "RDS Proxy has subnets in two zones or more",
  reason: "The proxy must outlive the zone that the database leaves.",
  remedy: "Name two zones in database.proxyZones.",
  controls: {},

  subjects: every("aws_db_proxy"),
  judge: (proxy) =>
    new Set(proxy.targets("vpc_subnet_ids").map(zoneOf)).size >= 2 ? undefined : "it stands in one zone",
};
