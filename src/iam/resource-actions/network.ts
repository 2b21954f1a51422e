import { ec2, reads, type ResourceActions, withRole } from "./types";

/** A rule of a security group: Terraform's types for both directions. */
const securityGroupRule = (direction: "Ingress" | "Egress"): ResourceActions =>
  ec2(
    {
      create: [`ec2:AuthorizeSecurityGroup${direction}`],
      update: ["ec2:ModifySecurityGroupRules", `ec2:UpdateSecurityGroupRuleDescriptions${direction}`, "ec2:DeleteTags"],
      delete: [`ec2:RevokeSecurityGroup${direction}`],
    },
    "security-group-rule",
  );

/** Network: VPC, subnets, routes, security groups, endpoints. */
export const NETWORK_ACTIONS = {
  aws_default_security_group: {
    read: reads("ec2:Describe*"),
    change: {
      ChangeTaggedResources: {
        update: ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:DeleteTags"],
      },
      TagDefaultSecurityGroup: { create: ["ec2:CreateTags"] },
    },
  },
  aws_ec2_subnet_cidr_reservation: {
    read: reads("ec2:GetSubnetCidrReservations"),
    change: {
      ChangeTaggedResources: { update: ["ec2:CreateSubnetCidrReservation"] },
      DeleteSubnetCidrReservations: { delete: ["ec2:DeleteSubnetCidrReservation"] },
    },
  },
  aws_eip: ec2(
    {
      create: ["ec2:AllocateAddress"],
      update: ["ec2:DeleteTags"],
      delete: ["ec2:DisassociateAddress", "ec2:ReleaseAddress"],
    },
    "elastic-ip",
    "no parent",
  ),
  aws_flow_log: withRole(
    ec2({ create: ["ec2:CreateFlowLogs"], update: ["ec2:DeleteTags"], delete: ["ec2:DeleteFlowLogs"] }, "vpc-flow-log"),
  ),
  aws_internet_gateway: ec2(
    {
      create: ["ec2:CreateInternetGateway"],
      update: ["ec2:AttachInternetGateway", "ec2:DeleteTags"],
      delete: ["ec2:DetachInternetGateway", "ec2:DeleteInternetGateway"],
    },
    "internet-gateway",
    "no parent",
  ),
  aws_nat_gateway: ec2(
    { create: ["ec2:CreateNatGateway"], update: ["ec2:DeleteTags"], delete: ["ec2:DeleteNatGateway"] },
    "natgateway",
  ),
  aws_route: ec2({ update: ["ec2:CreateRoute", "ec2:ReplaceRoute"], delete: ["ec2:DeleteRoute"] }),
  aws_route_table: ec2(
    { create: ["ec2:CreateRouteTable"], update: ["ec2:DeleteTags"], delete: ["ec2:DeleteRouteTable"] },
    "route-table",
  ),
  aws_route_table_association: ec2({
    update: ["ec2:AssociateRouteTable", "ec2:ReplaceRouteTableAssociation"],
    delete: ["ec2:DisassociateRouteTable"],
  }),
  aws_security_group: ec2(
    {
      create: ["ec2:CreateSecurityGroup"],
      update: ["ec2:RevokeSecurityGroupIngress", "ec2:RevokeSecurityGroupEgress", "ec2:DeleteTags"],
      delete: ["ec2:DeleteSecurityGroup"],
    },
    "security-group",
  ),
  aws_subnet: ec2(
    {
      create: ["ec2:CreateSubnet"],
      update: ["ec2:ModifySubnetAttribute", "ec2:DeleteTags"],
      delete: ["ec2:DeleteSubnet"],
    },
    "subnet",
  ),
  aws_vpc: ec2(
    { create: ["ec2:CreateVpc"], update: ["ec2:ModifyVpcAttribute", "ec2:DeleteTags"], delete: ["ec2:DeleteVpc"] },
    "vpc",
    "no parent",
  ),
  aws_vpc_endpoint: ec2(
    {
      create: ["ec2:CreateVpcEndpoint"],
      update: ["ec2:ModifyVpcEndpoint", "ec2:DeleteTags"],
      delete: ["ec2:DeleteVpcEndpoints"],
    },
    "vpc-endpoint",
  ),
  aws_vpc_security_group_egress_rule: securityGroupRule("Egress"),
  aws_vpc_security_group_ingress_rule: securityGroupRule("Ingress"),
} satisfies Readonly<Record<string, ResourceActions>>;
