import type { Aws } from "../aws";
import { allStacks, attempt, type Check, type Context } from "../context";
import { failureOf, isMissing } from "../failure";
import { type Finding, ok, stop, warning } from "../finding";
import type { Managed } from "../managed";

/** What has a name: its tags, or why it cannot be used again. */
type Taken =
  { readonly tags: Readonly<Record<string, string>> } | { readonly because: string; readonly remedy: string };

interface Kind {
  readonly type: string;
  /** The argument that holds the name. */
  readonly argument: string;
  readonly plural: string;
  /** IAM action of the look-up. */
  readonly action: string;
  /** Who has the name; undefined, or an error for something that is missing, where it is free. */
  readonly find: (aws: Aws, name: string, context: Context) => Promise<Taken | undefined>;
}

interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}
type TagsByName = Readonly<Record<string, string>>;

/** Tags of something that answers with them; undefined when there is no such thing. */
const withTags = (thing: { readonly Tags?: Tag[] | undefined } | undefined): Taken | undefined =>
  thing === undefined ? undefined : tagged(thing.Tags);

const tagged = (tags: readonly Tag[] = []): Taken => ({
  tags: Object.fromEntries(tags.map(({ Key = "", Value = "" }) => [Key, Value])),
});

/**
 * 403 is a denied `s3:ListBucket`, or a bucket of another account, and 404 no bucket; as the name has the account's id, the first is more
 * likely: https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadBucket.html
 */
async function bucket({ s3 }: Aws, name: string): Promise<Taken> {
  try {
    await s3.headBucket({ Bucket: name });
  } catch (error) {
    if (failureOf(error).status === 301) return { because: "it is in another region (301)", remedy: "delete it there" };
    throw error;
  }
  try {
    return tagged((await s3.getBucketTagging({ Bucket: name })).TagSet);
  } catch (error) {
    if ((error as Error).name === "NoSuchTagSet") return tagged();
    throw error;
  }
}

async function secret({ secrets }: Aws, name: string): Promise<Taken> {
  const { DeletedDate, Tags } = await secrets.describeSecret({ SecretId: name });
  if (DeletedDate === undefined) return tagged(Tags);
  return {
    because: `it is scheduled for deletion since ${DeletedDate.toISOString().slice(0, 10)}, and keeps its name until then`,
    remedy: `aws secretsmanager restore-secret --secret-id ${name}, and import it; or delete it with --force-delete-without-recovery`,
  };
}

async function keyAlias({ kms }: Aws, name: string): Promise<Taken | undefined> {
  for (let Marker: string | undefined; ;) {
    const page = await kms.listAliases({ ...(Marker === undefined ? {} : { Marker }) });
    const KeyId = page.Aliases?.find(({ AliasName }) => AliasName === name)?.TargetKeyId;
    if (KeyId !== undefined) {
      const { Tags = [] } = await kms.listResourceTags({ KeyId });
      return tagged(Tags.map(({ TagKey, TagValue }) => ({ Key: TagKey, Value: TagValue })));
    }
    if (page.NextMarker === undefined) return undefined;
    Marker = page.NextMarker;
  }
}

async function logGroup({ logs }: Aws, name: string): Promise<Taken | undefined> {
  const { logGroups = [] } = await logs.describeLogGroups({ logGroupNamePrefix: name });
  const resourceArn = logGroups.find(({ logGroupName }) => logGroupName === name)?.logGroupArn;
  if (resourceArn === undefined) return undefined;
  return { tags: (await logs.listTagsForResource({ resourceArn })).tags ?? {} };
}

async function alarm({ cloudWatch }: Aws, name: string): Promise<Taken | undefined> {
  const { MetricAlarms = [] } = await cloudWatch.describeAlarms({ AlarmNames: [name] });
  const ResourceARN = MetricAlarms[0]?.AlarmArn;
  return ResourceARN === undefined ? undefined : tagged((await cloudWatch.listTagsForResource({ ResourceARN })).Tags);
}

async function ofLoadBalancing({ balancing }: Aws, arn: string | undefined): Promise<Taken | undefined> {
  if (arn === undefined) return undefined;
  return tagged((await balancing.describeTags({ ResourceArns: [arn] })).TagDescriptions?.[0]?.Tags);
}

async function ofDatabases({ rds }: Aws, ResourceName: string | undefined): Promise<Taken | undefined> {
  return ResourceName === undefined ? undefined : tagged((await rds.listTagsForResource({ ResourceName })).TagList);
}

/** Resources whose names are unique in the account, or everywhere. */
const KINDS: readonly Kind[] = [
  { type: "aws_s3_bucket", argument: "bucket", plural: "buckets", action: "s3:ListBucket", find: bucket },
  {
    type: "aws_iam_role",
    argument: "name",
    plural: "IAM roles",
    action: "iam:GetRole",
    find: async ({ iam }, RoleName) => withTags((await iam.getRole({ RoleName })).Role),
  },
  {
    type: "aws_iam_instance_profile",
    argument: "name",
    plural: "instance profiles",
    action: "iam:GetInstanceProfile",
    find: async ({ iam }, InstanceProfileName) =>
      withTags((await iam.getInstanceProfile({ InstanceProfileName })).InstanceProfile),
  },
  {
    type: "aws_iam_policy",
    argument: "name",
    plural: "IAM policies",
    action: "iam:GetPolicy",
    find: async ({ iam }, name, { environment }) =>
      withTags((await iam.getPolicy({ PolicyArn: `arn:aws:iam::${environment.accountId}:policy/${name}` })).Policy),
  },
  { type: "aws_kms_alias", argument: "name", plural: "KMS aliases", action: "kms:ListAliases", find: keyAlias },
  {
    type: "aws_secretsmanager_secret",
    argument: "name",
    plural: "secrets",
    action: "secretsmanager:DescribeSecret",
    find: secret,
  },
  {
    type: "aws_cloudwatch_log_group",
    argument: "name",
    plural: "log groups",
    action: "logs:DescribeLogGroups",
    find: logGroup,
  },
  {
    type: "aws_cloudwatch_metric_alarm",
    argument: "alarm_name",
    plural: "alarms",
    action: "cloudwatch:DescribeAlarms",
    find: alarm,
  },
  {
    type: "aws_lb",
    argument: "name",
    plural: "load balancers",
    action: "elasticloadbalancing:DescribeLoadBalancers",
    find: async (aws, name) => {
      const { LoadBalancers = [] } = await aws.balancing.describeLoadBalancers({ Names: [name] });
      return ofLoadBalancing(aws, LoadBalancers[0]?.LoadBalancerArn);
    },
  },
  {
    type: "aws_lb_target_group",
    argument: "name",
    plural: "target groups",
    action: "elasticloadbalancing:DescribeTargetGroups",
    find: async (aws, name) => {
      const { TargetGroups = [] } = await aws.balancing.describeTargetGroups({ Names: [name] });
      return ofLoadBalancing(aws, TargetGroups[0]?.TargetGroupArn);
    },
  },
  {
    type: "aws_autoscaling_group",
    argument: "name",
    plural: "Auto Scaling groups",
    action: "autoscaling:DescribeAutoScalingGroups",
    find: async ({ autoScaling }, name) => {
      const { AutoScalingGroups = [] } = await autoScaling.describeAutoScalingGroups({ AutoScalingGroupNames: [name] });
      return withTags(AutoScalingGroups[0]);
    },
  },
  {
    type: "aws_launch_template",
    argument: "name",
    plural: "launch templates",
    action: "ec2:DescribeLaunchTemplates",
    find: async ({ ec2 }, name) =>
      withTags((await ec2.describeLaunchTemplates({ LaunchTemplateNames: [name] })).LaunchTemplates?.[0]),
  },
  {
    type: "aws_db_instance",
    argument: "identifier",
    plural: "DB instances",
    action: "rds:DescribeDBInstances",
    find: async ({ rds }, DBInstanceIdentifier) => {
      const { DBInstances = [] } = await rds.describeDBInstances({ DBInstanceIdentifier });
      return withTags(DBInstances[0] && { Tags: DBInstances[0].TagList });
    },
  },
  {
    type: "aws_db_parameter_group",
    argument: "name",
    plural: "DB parameter groups",
    action: "rds:DescribeDBParameterGroups",
    find: async (aws, DBParameterGroupName) => {
      const { DBParameterGroups = [] } = await aws.rds.describeDBParameterGroups({ DBParameterGroupName });
      return ofDatabases(aws, DBParameterGroups[0]?.DBParameterGroupArn);
    },
  },
  {
    type: "aws_db_subnet_group",
    argument: "name",
    plural: "DB subnet groups",
    action: "rds:DescribeDBSubnetGroups",
    find: async (aws, DBSubnetGroupName) => {
      const { DBSubnetGroups = [] } = await aws.rds.describeDBSubnetGroups({ DBSubnetGroupName });
      return ofDatabases(aws, DBSubnetGroups[0]?.DBSubnetGroupArn);
    },
  },
  {
    type: "aws_db_proxy",
    argument: "name",
    plural: "RDS proxies",
    action: "rds:DescribeDBProxies",
    find: async (aws, DBProxyName) => {
      const { DBProxies = [] } = await aws.rds.describeDBProxies({ DBProxyName });
      return ofDatabases(aws, DBProxies[0]?.DBProxyArn);
    },
  },
  {
    type: "aws_ssm_document",
    argument: "name",
    plural: "SSM documents",
    action: "ssm:DescribeDocument",
    find: async ({ ssm }, Name) => withTags((await ssm.describeDocument({ Name })).Document),
  },
];

export const names: Check = {
  title: "names",
  async run(context) {
    const found = await Promise.all(KINDS.map(async (kind) => ({ kind, findings: await namesOf(kind, context) })));
    const count = (text: string) =>
      found.flatMap(({ kind, findings }) => {
        const fine = findings.filter((finding) => finding.verdict === "ok" && finding.text === text);
        return fine.length === 0 ? [] : [`${kind.plural} (${fine.length})`];
      });
    const fine = [OWN, FREE]
      .filter((text) => count(text).length > 0)
      .map((text) => `${text}: ${count(text).join(", ")}`);
    const others = found.flatMap(({ findings }) => findings).filter(({ verdict }) => verdict !== "ok");
    return [...(fine.length === 0 ? [] : [ok("Names", fine.join("\n"))]), ...others];
  },
};

/** One finding for each name of a kind. */
async function namesOf(kind: Kind, context: Context): Promise<Finding[]> {
  const tags = ownTags(context);
  const resources = allStacks(context.stacks).flatMap((stack) => stack.of(kind.type));
  const findings = resources.map((resource) => {
    const name = resource.text(kind.argument) ?? "";
    const find = async () => owner(name, await taken(kind, name, context), kind, context.managed, tags);
    return attempt(name, kind.action, find);
  });
  return (await Promise.all(findings)).flat();
}

async function taken(kind: Kind, name: string, context: Context): Promise<Taken | undefined> {
  try {
    return await kind.find(context.aws, name, context);
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

const FREE = "free";
const OWN = "the environment's own";

/** Whether a name is free, the environment's own, or taken. */
export function owner(
  name: string,
  there: Taken | undefined,
  { type, argument }: Pick<Kind, "type" | "argument">,
  managed: Managed,
  own: TagsByName,
): Finding {
  if (there === undefined) return ok(name, FREE);
  if (managed.holds(type, argument, name)) return ok(name, OWN);
  if ("because" in there) return stop(name, there.because, there.remedy);
  if (Object.entries(own).every(([key, value]) => there.tags[key] === value)) {
    if (managed.isUnknown) return ok(name, OWN);
    const remedy = "import it (docs/runbooks/killed-deployment.md), or delete it";
    return warning(
      name,
      "exists with the environment's tags, and no state holds it: an apply fails or overwrites it",
      remedy,
    );
  }
  return stop(
    name,
    `exists (${type}), without the environment's tags`,
    "delete it or rename it, or use another account",
  );
}

/** The tags that the AWS provider sets on every resource of the environment. */
function ownTags({ stacks }: Context): TagsByName {
  const tags = stacks.platform.settings.block("aws")?.block("default_tags")?.block("tags");
  return Object.fromEntries((tags?.names() ?? []).map((name) => [name, tags?.text(name) ?? ""]));
}
