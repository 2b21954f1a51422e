import { paginateDescribeAlarms } from "@aws-sdk/client-cloudwatch";
import {
  type Instance,
  paginateDescribeInstances,
  paginateDescribeInternetGateways,
  paginateDescribeNatGateways,
  paginateDescribeSubnets,
  paginateDescribeVpcs,
} from "@aws-sdk/client-ec2";
import { paginateDescribeLoadBalancers, paginateDescribeTargetGroups } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { Resource, Stack } from "@dev-one/terraform-json/resources";

import { instanceType } from "../../../../src/environments";
import { allStacks, attempt, type Check, type Context } from "../context";
import { isMissing } from "../failure";
import { type Finding, ok, stop, warning } from "../finding";
import { atPeak, serverNeeds } from "./servers";

/** What the environment needs of a quota, what others use of it, and the quota. */
export interface Demand {
  readonly subject: string;
  readonly need: number;
  /** Used by what is not the environment's. @default 0: the quota is of one resource */
  readonly others?: number;
  /** Undefined where AWS names none. */
  readonly quota: number | undefined;
  /** Service and code of the quota in Service Quotas, such as `ec2/L-0263D0A3`. @default none: it is raised by AWS Support */
  readonly code?: string;
}

export function enough({ subject, need, others = 0, quota, code }: Demand): Finding {
  const used = others === 0 ? `${need}` : `${need}, and ${others} of others`;
  if (quota === undefined) {
    return warning(subject, `needs ${used}; AWS names no quota`, "look it up in the console, Service Quotas");
  }
  if (need + others <= quota) return ok(subject, `needs ${used}, of ${quota}`);
  const raise =
    code === undefined
      ? "need less, or look up in the console, Service Quotas, whether it can be raised"
      : `${increase(code, need + others)}; it can take a day`;
  return stop(subject, `needs ${used}; the quota is ${quota}`, raise);
}

/** The command that asks for more. Quotas of IAM are in us-east-1: https://docs.aws.amazon.com/general/latest/gr/iam-service.html */
function increase(code: string, value: number): string {
  const [service = "", quotaCode = ""] = code.split("/");
  const region = service === "iam" ? " --region us-east-1" : "";
  return `aws service-quotas request-service-quota-increase --service-code ${service} --quota-code ${quotaCode} --desired-value ${value}${region}`;
}

/**
 * On-Demand quotas, in vCPUs, by the families that share them; the first that matches counts.
 * @see https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-on-demand-instances.html#ec2-on-demand-instances-limits
 */
const FAMILIES: readonly (readonly [name: string, families: RegExp, code: string])[] = [
  ["HPC", /^hpc/, "L-F7808C92"],
  ["High Memory", /^u-|^u\d/, "L-43DA4232"],
  ["DL", /^dl/, "L-6E869C2A"],
  ["Trn", /^trn/, "L-2C3B7624"],
  ["Inf", /^inf/, "L-1945791B"],
  ["G and VT", /^(g|vt)/, "L-DB2E81BA"],
  ["F", /^f/, "L-74FC7D96"],
  ["P", /^p/, "L-417A185B"],
  ["X", /^x/, "L-7295265B"],
  ["Standard (A, C, D, H, I, M, R, T, Z)", /^[acdhimrtz]/, "L-1216C47A"],
];

const familyOf = (type: string) => FAMILIES.find(([, families]) => families.test(type));

/** vCPUs that the servers of a stack have at the peak, by the family of their types. */
export function vcpusAtPeak(platform: Stack): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { type, maximum } of serverNeeds(platform)) {
    const [family = type] = familyOf(type) ?? [];
    sums.set(family, (sums.get(family) ?? 0) + maximum * instanceType(type).vcpus);
  }
  return sums;
}

/** vCPUs of a family that On-Demand instances of others have. @param groups names of the environment's Auto Scaling groups */
export function vcpusOfOthers(instances: readonly Instance[], family: string, groups: readonly string[]): number {
  return instances
    .filter(
      ({ InstanceType = "", InstanceLifecycle }) =>
        InstanceLifecycle === undefined && familyOf(InstanceType)?.[0] === family,
    )
    .filter(
      ({ Tags = [] }) =>
        !Tags.some(({ Key, Value = "" }) => Key === "aws:autoscaling:groupName" && groups.includes(Value)),
    )
    .reduce((sum, { CpuOptions }) => sum + (CpuOptions?.CoreCount ?? 1) * (CpuOptions?.ThreadsPerCore ?? 1), 0);
}

export const quotas: Check = {
  title: "quotas",
  run: async (context) =>
    (
      await Promise.all(
        [servers, addresses, gateways, vpcs, balancers, alarms, logPolicies, identities, databases, groups].map(
          (find) => find(context),
        ),
      )
    ).flat(),
};

function servers({ stacks: { platform }, aws }: Context): Promise<Finding[]> {
  return attempt("vCPUs", "ec2:DescribeInstances", async () => {
    const running = [{ Name: "instance-state-name", Values: ["pending", "running"] }];
    const pages = paginateDescribeInstances({ client: aws.ec2 }, { Filters: running });
    const instances = (await all(pages, ({ Reservations }) => Reservations)).flatMap(({ Instances = [] }) => Instances);
    const own = platform.of("aws_autoscaling_group").map((group) => group.text("name") ?? "");
    const findings = [...vcpusAtPeak(platform)].map(async ([family, need]) => {
      const code = FAMILIES.find(([name]) => name === family)?.[2] ?? "";
      const others = vcpusOfOthers(instances, family, own);
      return enough(await inServiceQuotas(aws, { subject: `vCPUs: ${family}`, need, others, code: `ec2/${code}` }));
    });
    return Promise.all(findings);
  });
}

function addresses({ stacks: { platform }, aws, managed }: Context): Promise<Finding[]> {
  const subject = "Elastic IPs";
  return attempt(subject, "ec2:DescribeAddresses", async () => {
    const { Addresses = [] } = await aws.ec2.describeAddresses({});
    const others = Addresses.filter(({ AllocationId = "" }) => !managed.ids("aws_eip").includes(AllocationId)).length;
    const need = platform.of("aws_eip").length;
    return enough(await inServiceQuotas(aws, { subject, need, others, code: "ec2/L-0263D0A3" }));
  });
}

function gateways({ stacks: { platform }, aws, managed }: Context): Promise<Finding[]> {
  const subject = "NAT gateways of a zone";
  return attempt(subject, "ec2:DescribeNatGateways", async () => {
    const zoneOf = (gateway: Resource) => gateway.target("subnet_id")?.text("availability_zone_id") ?? "";
    const needs = countBy(platform.of("aws_nat_gateway").map(zoneOf));
    const there = paginateDescribeNatGateways(
      { client: aws.ec2 },
      { Filter: [{ Name: "state", Values: ["pending", "available"] }] },
    );
    const [gateways, subnets] = await Promise.all([
      all(there, ({ NatGateways }) => NatGateways),
      all(paginateDescribeSubnets({ client: aws.ec2 }, {}), ({ Subnets }) => Subnets),
    ]);
    const own = managed.ids("aws_nat_gateway");
    const others = countBy(
      gateways
        .filter(({ NatGatewayId = "" }) => !own.includes(NatGatewayId))
        .map(({ SubnetId }) => subnets.find((subnet) => subnet.SubnetId === SubnetId)?.AvailabilityZoneId ?? ""),
    );
    const fullest = [...needs].map(([zone, need]) => ({ need, others: others.get(zone) ?? 0 }));
    const [most] = fullest.sort((a, b) => b.need + b.others - a.need - a.others);
    if (most === undefined) return [];
    return enough(await inServiceQuotas(aws, { subject, ...most, code: "vpc/L-FE5A380F" }));
  });
}

async function vpcs({ stacks: { platform }, aws, managed }: Context): Promise<Finding[]> {
  const counted = [
    attempt("VPCs", "ec2:DescribeVpcs", async () => {
      const there = await all(paginateDescribeVpcs({ client: aws.ec2 }, {}), ({ Vpcs }) => Vpcs);
      const others = there.filter(({ VpcId = "" }) => !managed.ids("aws_vpc").includes(VpcId)).length;
      const need = platform.of("aws_vpc").length;
      return enough(await inServiceQuotas(aws, { subject: "VPCs", need, others, code: "vpc/L-F678F1CE" }));
    }),
    attempt("Internet gateways", "ec2:DescribeInternetGateways", async () => {
      const pages = paginateDescribeInternetGateways({ client: aws.ec2 }, {});
      const there = await all(pages, ({ InternetGateways }) => InternetGateways);
      const own = managed.ids("aws_internet_gateway");
      const others = there.filter(({ InternetGatewayId = "" }) => !own.includes(InternetGatewayId)).length;
      const need = platform.of("aws_internet_gateway").length;
      return enough(await inServiceQuotas(aws, { subject: "Internet gateways", need, others, code: "vpc/L-A4707A72" }));
    }),
    attempt("Rules of a security group", "servicequotas:GetServiceQuota", async () => {
      const of = (type: string) => platform.of(type).map((rule) => rule.target("security_group_id")?.address ?? "");
      const counts = ["ingress", "egress"].flatMap((way) => [
        ...countBy(of(`aws_vpc_security_group_${way}_rule`)).values(),
      ]);
      const subject = "Rules of a security group";
      return enough(await inServiceQuotas(aws, { subject, need: Math.max(0, ...counts), code: "vpc/L-0EA8095F" }));
    }),
  ];
  return (await Promise.all(counted)).flat();
}

/** @see https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeAccountLimits.html */
function balancers({ stacks: { platform }, aws: { balancing: client }, managed }: Context): Promise<Finding[]> {
  return attempt("Load balancer and target groups", "elasticloadbalancing:DescribeAccountLimits", async () => {
    const [{ Limits = [] }, there, groups] = await Promise.all([
      client.describeAccountLimits({ PageSize: 100 }),
      all(paginateDescribeLoadBalancers({ client }, {}), ({ LoadBalancers }) => LoadBalancers),
      all(paginateDescribeTargetGroups({ client }, {}), ({ TargetGroups }) => TargetGroups),
    ]);
    const limit = (name: string) => {
      const max = Limits.find(({ Name }) => Name === name)?.Max;
      return max === undefined ? undefined : Number(max);
    };
    const applications = there.filter(({ Type }) => Type === "application");
    const targets = platform
      .of("aws_autoscaling_group")
      .reduce((sum, group) => sum + atPeak(group) * group.targets("target_group_arns").length, 0);
    return [
      enough({
        subject: "Application Load Balancers",
        need: platform.of("aws_lb").length,
        others: without(
          applications.map(({ LoadBalancerArn }) => LoadBalancerArn),
          managed.ids("aws_lb", "arn"),
        ),
        quota: limit("application-load-balancers"),
        code: "elasticloadbalancing/L-53DA6B97",
      }),
      enough({
        subject: "Target groups",
        need: platform.of("aws_lb_target_group").length,
        others: without(
          groups.map(({ TargetGroupArn }) => TargetGroupArn),
          managed.ids("aws_lb_target_group", "arn"),
        ),
        quota: limit("target-groups"),
        code: "elasticloadbalancing/L-B22855CB",
      }),
      enough({
        subject: "Rules of the load balancer",
        need: platform.of("aws_lb_listener_rule").length,
        quota: limit("rules-per-application-load-balancer"),
      }),
      enough({
        subject: "Targets of the load balancer",
        need: targets + platform.of("aws_lb_target_group_attachment").length,
        quota: limit("targets-per-application-load-balancer"),
        code: "elasticloadbalancing/L-7E6692B2",
      }),
    ];
  });
}

function alarms({ stacks: { platform }, aws }: Context): Promise<Finding[]> {
  const subject = "CloudWatch alarms";
  return attempt(subject, "cloudwatch:DescribeAlarms", async () => {
    const pages = paginateDescribeAlarms({ client: aws.cloudWatch }, { MaxRecords: 100 });
    const there = await all(pages, ({ MetricAlarms }) => MetricAlarms);
    const own = platform.of("aws_cloudwatch_metric_alarm").map((alarm) => alarm.text("alarm_name") ?? "");
    const others = without(
      there.map(({ AlarmName }) => AlarmName),
      own,
    );
    return enough(await inServiceQuotas(aws, { subject, need: own.length, others, code: "monitoring/L-2FF78D7B" }));
  });
}

/** Ten in a region, which AWS does not raise: https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/cloudwatch_limits_cwl.html */
const LOG_RESOURCE_POLICIES = 10;

function logPolicies({ stacks, aws: { logs } }: Context): Promise<Finding[]> {
  const subject = "Log resource policies";
  return attempt(subject, "logs:DescribeResourcePolicies", async () => {
    const { resourcePolicies = [] } = await logs.describeResourcePolicies({ limit: 50 });
    const own = allStacks(stacks).flatMap((stack) =>
      stack.of("aws_cloudwatch_log_resource_policy").map((policy) => policy.text("policy_name") ?? ""),
    );
    const others = without(
      resourcePolicies.map(({ policyName }) => policyName),
      own,
    );
    return enough({ subject, need: own.length, others, quota: LOG_RESOURCE_POLICIES });
  });
}

/** @see https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountSummary.html */
function identities({ stacks, aws: { iam }, managed }: Context): Promise<Finding[]> {
  return attempt("IAM", "iam:GetAccountSummary", async () => {
    const { SummaryMap = {} } = await iam.getAccountSummary({});
    const summary: Readonly<Record<string, number>> = SummaryMap;
    const all = allStacks(stacks);
    const of = (type: string) => all.flatMap((stack) => stack.of(type));
    const count = (subject: string, type: string, key: string, code: string) =>
      enough({
        subject,
        need: of(type).length,
        others: Math.max(0, (summary[key] ?? 0) - managed.ids(type).length),
        quota: summary[`${key}Quota`],
        code: `iam/${code}`,
      });
    const inline = of("aws_iam_role").map((role) =>
      all
        .flatMap((stack) => stack.referring("aws_iam_role_policy", "role", role))
        .reduce((sum, policy) => sum + sizeOf(policy, "policy"), 0),
    );
    const attached = of("aws_iam_role").map(
      (role) => all.flatMap((stack) => stack.referring("aws_iam_role_policy_attachment", "role", role)).length,
    );
    const largest = (resources: readonly Resource[], argument: string) =>
      Math.max(0, ...resources.map((resource) => sizeOf(resource, argument)));
    return [
      count("IAM roles", "aws_iam_role", "Roles", "L-FE177D64"),
      count("IAM policies", "aws_iam_policy", "Policies", "L-E95E4862"),
      count("Instance profiles", "aws_iam_instance_profile", "InstanceProfiles", "L-6E65F664"),
      enough({
        subject: "Characters of a managed policy",
        need: largest(of("aws_iam_policy"), "policy"),
        quota: summary.PolicySizeQuota,
      }),
      enough({
        subject: "Characters of a role's inline policies",
        need: Math.max(0, ...inline),
        quota: summary.RolePolicySizeQuota,
      }),
      enough({
        subject: "Characters of a trust policy",
        need: largest(of("aws_iam_role"), "assume_role_policy"),
        quota: summary.AssumeRolePolicySizeQuota,
        code: "iam/L-C07B4B0D",
      }),
      enough({
        subject: "Managed policies of a role",
        need: Math.max(0, ...attached),
        quota: summary.AttachedPoliciesPerRoleQuota,
        code: "iam/L-0DA4ABF3",
      }),
    ];
  });
}

/** @see https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html */
function databases({ stacks: { platform }, aws: { rds }, managed }: Context): Promise<Finding[]> {
  const subject = "DB instances";
  return attempt(subject, "rds:DescribeAccountAttributes", async () => {
    const { AccountQuotas = [] } = await rds.describeAccountAttributes({});
    const { Used = 0, Max } = AccountQuotas.find(({ AccountQuotaName }) => AccountQuotaName === "DBInstances") ?? {};
    const others = Math.max(0, Used - managed.ids("aws_db_instance").length);
    return enough({ subject, need: platform.of("aws_db_instance").length, others, quota: Max, code: "rds/L-7B6409FD" });
  });
}

/** @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_DescribeAccountLimits.html */
function groups({ stacks: { platform }, aws: { autoScaling }, managed }: Context): Promise<Finding[]> {
  const subject = "Auto Scaling groups";
  return attempt(subject, "autoscaling:DescribeAccountLimits", async () => {
    const { NumberOfAutoScalingGroups = 0, MaxNumberOfAutoScalingGroups: quota } =
      await autoScaling.describeAccountLimits({});
    const need = platform.of("aws_autoscaling_group").length;
    const others = Math.max(0, NumberOfAutoScalingGroups - managed.ids("aws_autoscaling_group").length);
    return enough({ subject, need, others, quota, code: "autoscaling/L-CDE20ADC" });
  });
}

/** A demand with its quota: the account's, or AWS's default where the account has none of its own. */
async function inServiceQuotas(
  { quotas }: Context["aws"],
  demand: Omit<Demand, "quota"> & { readonly code: string },
): Promise<Demand> {
  const [ServiceCode = "", QuotaCode = ""] = demand.code.split("/");
  try {
    return { ...demand, quota: (await quotas.getServiceQuota({ ServiceCode, QuotaCode })).Quota?.Value };
  } catch (error) {
    if (!isMissing(error)) throw error;
  }
  try {
    return { ...demand, quota: (await quotas.getAWSDefaultServiceQuota({ ServiceCode, QuotaCode })).Quota?.Value };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { ...demand, quota: undefined };
  }
}

/** IAM does not count whitespace. References have another length than their values, so that this is about right. */
const sizeOf = (resource: Resource, argument: string): number =>
  JSON.stringify(resource.document(argument) ?? "").length;

const without = (there: readonly (string | undefined)[], own: readonly string[]): number =>
  there.filter((each = "") => !own.includes(each)).length;

function countBy(keys: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return counts;
}

async function all<Page, Item>(
  pages: AsyncIterable<Page>,
  items: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of pages) found.push(...(items(page) ?? []));
  return found;
}
