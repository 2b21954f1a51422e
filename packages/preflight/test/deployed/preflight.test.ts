import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { isJsonObject } from "@dev-one/cli/json";
import { Emulator } from "@dev-one/local-cloud/emulator";
import { cloudEnvironment } from "@dev-one/terraform-json/local-endpoints";
import { synthesize } from "@dev-one/terraform-json/synthesis";
import { blocks, strings } from "@dev-one/terraform-json/values";
import { execa } from "execa";

import { sandbox } from "../../../../__tests__/fixtures/environment";
import { awsClients } from "../../src/aws";
import type { AskDns } from "../../src/dns-query";
import { exitCode, type Finding } from "../../src/finding";
import { preflight } from "../../src/preflight";
import { answer, answerInstead, awsError, stacksOf, unreachable } from "../support/stand-in";

const ROOT = resolve(__dirname, "..", "..", "..", "..");
const stacks = stacksOf(sandbox);
const before = { ...process.env };

/** What the emulator does not answer, with answers that botocore's models accept. */
const RECORDED = {
  "ServiceQuotas:GetServiceQuota": answer<object>("quota of 1000"),
  "RDS:DescribeAccountAttributes": answer<object>("limits of RDS"),
  "AutoScaling:DescribeAccountLimits": answer<object>("limits of Auto Scaling"),
  "RDS:DescribeDBEngineVersions": answer<object>("PostgreSQL 16"),
  "RDS:DescribeOrderableDBInstanceOptions": answer<object>("db.t4g.small in both zones"),
  "EC2:DescribeAvailabilityZones": (): object => {
    const { AvailabilityZones } = answer<{ AvailabilityZones: object[] }>("zones");
    return { AvailabilityZones: AvailabilityZones.map((zone) => ({ ...zone, State: "available" })) };
  },
};

/** Every action that a test called. */
const called = new Set<string>();
let scratch: string;
let emulator: Emulator;

jest.setTimeout(600_000);

beforeAll(async () => {
  scratch = mkdtempSync(join(tmpdir(), "dev-one-preflight-test-"));
  emulator = await Emulator.start({ root: ROOT, accountId: sandbox.accountId, log: join(scratch, "emulator.log") });
  Object.assign(process.env, cloudEnvironment(emulator.url, sandbox.region));
});
afterAll(async () => {
  process.env = before;
  await emulator.stop();
  rmSync(scratch, { recursive: true, force: true });
});

/** The findings when AWS answers as given, and otherwise as recorded or as the emulator does. */
async function findings(answers: Readonly<Record<string, unknown>> = {}): Promise<Finding[]> {
  const aws = awsClients(sandbox.region);
  const calls = answerInstead(aws, { ...RECORDED, ...answers });
  const ask: AskDns = () =>
    Promise.resolve({ status: "NXDOMAIN", isAuthoritative: false, nameServers: [], authorities: [] });
  const found = await preflight({
    environment: sandbox,
    stacks,
    aws,
    variables: () => "a key",
    network: { ask, resolvers: [{ host: "resolver" }], get: () => Promise.resolve(200) },
    // Test files share the cores.
    limitMs: 300_000,
  });
  for (const call of calls) called.add(call);
  return found;
}

const lines = (found: readonly Finding[]): string[] =>
  found.filter(({ verdict }) => verdict !== "ok").map(({ verdict, subject, text }) => `${verdict} ${subject}: ${text}`);

const EMPTY = [
  "warning GitHub's OIDC provider: does not exist: no workflow can plan or apply",
  "warning Delegation of sandbox.example.net: no name servers (NXDOMAIN); the hosted zone does not exist yet",
];

test("an empty account has what the environment needs, but for the provider of its workflows and a delegation", async () => {
  const found = await findings();
  expect(lines(found)).toEqual(EMPTY);
  expect(exitCode(found)).toBe(2);
  const names = found.find(({ subject }) => subject === "Names")?.text ?? "";
  expect(names).toMatch(/^free: buckets \(3\), IAM roles \(7\)/);
  expect(names).not.toContain("own");
});

const denied = awsError("UnauthorizedOperation", 403, "You are not authorized to perform: ec2:DescribeAddresses");
const missing = awsError("NoSuchResourceException", 400);

// Each preflight asks for more than a hundred things, so that many failures share one.
test("a preflight shows every failure at once, each with what was found", async () => {
  const found = await findings({
    "EC2:DescribeAvailabilityZones": answer("zones"),
    "EC2:DescribeInstanceTypeOfferings": { InstanceTypeOfferings: [] },
    "EC2:DescribeImages": answer("image for UEFI on arm64, without ENA"),
    "EC2:DescribeAddresses": denied,
    "ServiceQuotas:GetServiceQuota": answer("quota of 1"),
    "S3:HeadBucket": awsError("Forbidden", 403),
    "S3:GetObject": awsError("AccessDenied", 403),
    "CloudWatchLogs:DescribeResourcePolicies": answer("ten resource policies of others"),
    "SecretsManager:DescribeSecret": () => ({
      ...answer<object>("a secret that waits for its deletion"),
      DeletedDate: new Date("2026-11-20T10:00:00Z"),
    }),
    "IAM:GetAccountSummary": unreachable("ETIMEDOUT"),
    "RDS:DescribeDBEngineVersions": answer("no version of PostgreSQL"),
  });
  expect(exitCode(found)).toBe(1);
  expect(lines(found)).toEqual(
    expect.arrayContaining([
      "stop Zone zone-6: use1-az6 (us-east-1b) is impaired: power",
      "stop m7i.xlarge in the zones: not offered in use1-az4, use1-az6",
      expect.stringContaining("the image is for arm64, the type is x86_64"),
      "warning Elastic IPs: not checked: ec2:DescribeAddresses is denied",
      "stop vCPUs: Standard (A, C, D, H, I, M, R, T, Z): needs 68; the quota is 1",
      "warning dev-one-sandbox-services-109876543210: not checked: s3:ListBucket is denied",
      "stop Log resource policies: needs 1, and 10 of others; the quota is 10",
      "warning Terraform states: not checked: s3:GetObject is denied",
      "stop dev-one/sandbox/datadog-api-key: it is scheduled for deletion since 2026-11-20, and keeps its name until then",
      "warning IAM: not checked: no answer (ETIMEDOUT)",
      "stop PostgreSQL: RDS offers no 16 here",
    ]),
  );
});

test("a preflight takes AWS's default of a quota, and names what others use of it", async () => {
  const found = await findings({
    "ServiceQuotas:GetServiceQuota": missing,
    "ServiceQuotas:GetAWSDefaultServiceQuota": ({ QuotaCode }: { QuotaCode: string }) =>
      QuotaCode === "L-0263D0A3" ? answer("default quota of 5") : missing,
    "EC2:DescribeAddresses": { Addresses: ["a", "b", "c", "d"].map((AllocationId) => ({ AllocationId })) },
    "RDS:DescribeOrderableDBInstanceOptions": { OrderableDBInstanceOptions: [] },
  });
  expect(lines(found)).toEqual(
    expect.arrayContaining([
      "stop Elastic IPs: needs 2, and 4 of others; the quota is 5",
      expect.stringMatching(/^warning CloudWatch alarms: needs \d+; AWS names no quota$/),
      "stop db.t4g.small: RDS offers it neither here nor with gp3",
    ]),
  );
});

test.each<[string, unknown, string]>([
  [
    "of another account",
    answer("credentials of another account"),
    "arn:aws:iam::999999999999:user/someone is of account 999999999999, and sandbox is of 109876543210",
  ],
  [
    "that have expired",
    awsError("ExpiredToken", 403, "The security token included in the request is expired"),
    "the credentials have expired",
  ],
  [
    "that are missing",
    awsError("CredentialsProviderError", 0, "Could not load credentials from any providers"),
    "there are no credentials",
  ],
  ["that AWS does not know", awsError("InvalidClientTokenId", 403), "AWS refuses them: InvalidClientTokenId"],
  ["without a network", unreachable(), "AWS cannot be reached in us-east-1 (ENOTFOUND)"],
])("credentials %s stop, and nothing else is asked of AWS", async (_, identity, expected) => {
  const found = await findings({ "STS:GetCallerIdentity": identity });
  const stops = found.filter(({ verdict }) => verdict === "stop");
  expect(stops.map(({ subject, text }) => `${subject}: ${text}`)).toEqual([expect.stringContaining(expected)]);
  expect(exitCode(found)).toBe(1);
  // DNS and the keys of others do not depend on the account.
  expect(found.map(({ subject }) => subject)).toEqual(
    expect.arrayContaining(["Datadog API key", "CAA of sandbox.example.net"]),
  );
  expect(found.some(({ subject }) => subject === "VPCs")).toBe(false);
});

test("what exists is the environment's own by its state, must be imported by its tags, or is taken", async () => {
  const { iam, s3, logs, kms, secrets, cloudWatch, route53, ec2 } = awsClients(sandbox.region);
  const own = [
    { Key: "project", Value: "dev-one" },
    { Key: "env", Value: "sandbox" },
    { Key: "managed-by", Value: "terraform" },
  ];
  const trust = JSON.stringify({ Version: "2012-10-17", Statement: [] });
  await iam.createRole({ RoleName: "dev-one-sandbox-servers", AssumeRolePolicyDocument: trust });
  await iam.createRole({ RoleName: "dev-one-sandbox-rds-proxy", AssumeRolePolicyDocument: trust });
  await iam.createRole({ RoleName: "dev-one-sandbox-flow-logs", AssumeRolePolicyDocument: trust, Tags: own });
  await iam.createInstanceProfile({ InstanceProfileName: "dev-one-sandbox-servers" });
  await iam.createServiceLinkedRole({ AWSServiceName: "autoscaling.amazonaws.com", CustomSuffix: "dev-one-sandbox" });
  const provider = { Url: "https://token.actions.githubusercontent.com", ThumbprintList: ["0".repeat(40)] };
  await iam.createOpenIDConnectProvider({ ...provider, ClientIDList: ["sts.amazonaws.com"] });
  await logs.createLogGroup({ logGroupName: "/dev-one/sandbox/flow-logs" });
  await secrets.createSecret({ Name: "dev-one/sandbox/datadog-api-key", SecretString: "a" });
  const { KeyMetadata } = await kms.createKey({});
  await kms.createAlias({ AliasName: "alias/dev-one-sandbox", TargetKeyId: KeyMetadata?.KeyId });
  await cloudWatch.putMetricAlarm({ AlarmName: "dev-one-sandbox-cpu-high", ...ALARM });
  const { HostedZone } = await route53.createHostedZone({ Name: "sandbox.example.net", CallerReference: "one" });
  await route53.createHostedZone({ Name: "sandbox.example.net", CallerReference: "two" });
  const { AllocationId } = await ec2.allocateAddress({ Domain: "vpc" });
  const Bucket = "dev-one-sandbox-terraform-state-109876543210";
  await s3.createBucket({ Bucket });
  const resource = (type: string, attributes: object) => ({
    mode: "managed",
    type,
    name: "one",
    instances: [{ attributes }],
  });
  const resources = [
    resource("aws_iam_role", { name: "dev-one-sandbox-rds-proxy" }),
    resource("aws_eip", { id: AllocationId }),
    resource("aws_route53_zone", { zone_id: HostedZone?.Id?.replace("/hostedzone/", "") }),
  ];
  await s3.putObject({ Bucket, Key: "sandbox.tfstate", Body: JSON.stringify({ version: 4, resources }) });

  const found = await findings();
  const text = lines(found);
  expect(found.find(({ subject }) => subject === "Names")?.text).toMatch(/^the environment's own: IAM roles \(1\)\n/);
  expect(found.find(({ subject }) => subject === "Elastic IPs")?.text).toBe("needs 2, of 1000");
  for (const [name, type] of [
    [Bucket, "aws_s3_bucket"],
    ["dev-one-sandbox-servers", "aws_iam_role"],
    ["dev-one-sandbox-servers", "aws_iam_instance_profile"],
    ["/dev-one/sandbox/flow-logs", "aws_cloudwatch_log_group"],
    ["dev-one/sandbox/datadog-api-key", "aws_secretsmanager_secret"],
    ["alias/dev-one-sandbox", "aws_kms_alias"],
    ["dev-one-sandbox-cpu-high", "aws_cloudwatch_metric_alarm"],
  ]) {
    expect(text).toContain(`stop ${name ?? ""}: exists (${type ?? ""}), without the environment's tags`);
  }
  expect(text.join("\n")).toMatch(
    /warning dev-one-sandbox-flow-logs: exists with the environment's tags, and no state holds it/,
  );
  expect(text.join("\n")).toMatch(/stop GitHub's OIDC provider: .* exists, and no state holds it/);
  expect(text.join("\n")).toMatch(/stop AWSServiceRoleForAutoScaling_dev-one-sandbox: exists, and no state holds it/);
  expect(text.join("\n")).toMatch(/warning Hosted zone \w+: is a public zone of sandbox.example.net, too/);
  expect(text.join("\n")).toMatch(
    /stop Delegation of sandbox.example.net: no name servers \(NXDOMAIN\), and not to ns/,
  );
});

const ALARM = {
  Namespace: "AWS/EC2",
  MetricName: "CPUUtilization",
  Statistic: "Average",
  Period: 60,
  EvaluationPeriods: 1,
  Threshold: 1,
  ComparisonOperator: "GreaterThanThreshold",
} as const;

const SERVICES: Readonly<Record<string, string>> = {
  CloudWatchLogs: "logs",
  ElasticLoadBalancingV2: "elasticloadbalancing",
};

/** The IAM action of a call; that of HeadBucket is s3:ListBucket. */
function iamAction(call: string): string {
  const [service = "", action = ""] = call.split(":");
  return call === "S3:HeadBucket" ? "s3:ListBucket" : `${SERVICES[service] ?? service.toLowerCase()}:${action}`;
}

// After the other tests, whose calls it is about.
test("a preflight only reads, and the role plan of CI lacks few of its actions", () => {
  expect(called.size).toBeGreaterThan(40);
  expect([...called].filter((call) => !/:(Describe|Get|List|Head)/.test(call))).toEqual([]);
  const plan = stacks.state.of("aws_iam_policy").filter((policy) => policy.text("name")?.includes("-delivery-plan-"));
  const allowed = plan
    .flatMap((policy) => policy.document("policy") ?? [])
    .flatMap((document) => (isJsonObject(document) ? blocks(document.Statement) : []))
    .flatMap(({ Action }) => strings(Action));
  const isAllowed = (action: string) =>
    allowed.some((each) => new RegExp(`^${each.replaceAll("*", ".*")}$`).test(action));
  expect(
    [...called]
      .map(iamAction)
      .filter((action) => !isAllowed(action))
      .sort(),
  ).toEqual([
    "iam:GetAccountSummary",
    "iam:GetOpenIDConnectProvider",
    "iam:GetPolicy",
    "iam:ListOpenIDConnectProviders",
    "rds:DescribeAccountAttributes",
    "rds:DescribeDBEngineVersions",
    "rds:DescribeOrderableDBInstanceOptions",
    "servicequotas:GetAWSDefaultServiceQuota",
    "servicequotas:GetServiceQuota",
    // Needs no permission.
    "sts:GetCallerIdentity",
  ]);
});

test("the command prints its table and exits with 1 for credentials of another account, and refuses another environment", async () => {
  const outdir = join(scratch, "cdktf.out");
  await synthesize(ROOT, outdir);
  const run = (...args: string[]) =>
    execa(process.execPath, ["scripts/run.mjs", "packages/preflight/src/main.ts", ...args], {
      cwd: ROOT,
      env: cloudEnvironment(emulator.url, "us-east-1"),
      reject: false,
    });
  const { stdout, stderr, exitCode: code } = await run("staging", "--stacks", outdir);
  expect(code).toBe(1);
  expect(stdout.replaceAll(/[│\s]+/g, " ")).toContain(
    "is of account 109876543210, and staging is of 111122223333 -> use credentials of 111122223333",
  );
  expect(stderr).toContain("delegation and CAA records");
  const other = await run("preview");
  expect([other.exitCode, other.stderr]).toEqual([
    1,
    expect.stringContaining("Allowed choices are staging, production"),
  ]);
});
