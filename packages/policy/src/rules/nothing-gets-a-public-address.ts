import { every, type Rule } from "../rule";

export const nothingGetsAPublicAddress: Rule = {
  id: "nothing-gets-a-public-address",
  title: "Subnets and servers give out no public addresses",
  reason: "A server with a public address is one security-group mistake away from the world.",
  remedy: "Leave map_public_ip_on_launch and associate_public_ip_address off; the load balancer needs neither.",
  controls: { checkov: ["CKV_AWS_88", "CKV_AWS_130"], securityHub: ["EC2.9", "EC2.15", "EC2.25"] },

  subjects: every("aws_subnet", "aws_launch_template"),
  judge: (resource) => [
    resource.flag("map_public_ip_on_launch") === true ? "map_public_ip_on_launch is on" : undefined,
    ...resource
      .blocks("network_interfaces")
      .map((each) =>
        each.flag("associate_public_ip_address") === true ? "associate_public_ip_address is on" : undefined,
      ),
  ],
};
