import { every, type Rule } from "../rule";

export const ec2NoPublicIp: Rule = {
  id: "ec2-no-public-ip",
  title: "Subnets and launch templates assign no public IP addresses",
  reason: "With a public IP address, one wrong security group rule exposes a server to the internet.",
  remedy: "Leave map_public_ip_on_launch and associate_public_ip_address off; the load balancer needs neither.",
  controls: { checkov: ["CKV_AWS_88", "CKV_AWS_130"], securityHub: ["EC2.9", "EC2.15", "EC2.25"] },

  subjects: every("aws_subnet", "aws_launch_template"),
  check: (resource) => [
    resource.flag("map_public_ip_on_launch") === true ? "map_public_ip_on_launch is on" : undefined,
    ...resource
      .blocks("network_interfaces")
      .map((each) =>
        each.flag("associate_public_ip_address") === true ? "associate_public_ip_address is on" : undefined,
      ),
  ],
};
