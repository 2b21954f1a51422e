import { both } from "../fixtures/synthesized";
import { type PolicyStatement, statements } from "../support/policies";
import type { Stack } from "../support/stack";

/**
 * Every statement of every policy, with its place. The roles of CI have tests of their own (`delivery.test.ts`, `apply-role.test.ts`):
 * they describe and change much whose name is not known beforehand.
 */
function everyStatement(stack: Stack): { place: string; statement: PolicyStatement }[] {
  const policies = stack
    .resources()
    .filter(({ path }) => !path.startsWith("delivery/"))
    .flatMap((resource) =>
      ["policy", "assume_role_policy", "policy_document", "inline_policy"].flatMap((argument) =>
        argument in resource.values
          ? [{ place: `${resource.path} ${argument}`, policy: resource.values[argument] }]
          : [],
      ),
    );
  return policies.flatMap(({ place, policy }) => statements(policy).map((statement) => ({ place, statement })));
}

const policyOf = (stack: Stack, path: string) => statements(stack.at(path).values.policy);

describe.each(both)("permissions in %s", (name, { platform, state, stacks, environment }) => {
  const { accountId: account, region } = environment;
  const everything = stacks.flatMap(everyStatement);
  const ofActions = (pattern: RegExp) =>
    everything.flatMap(({ place, statement: { Effect, Principal, Action } }) =>
      Effect === "Allow"
        ? Action.filter((action) => pattern.test(action)).map((action) =>
            [place, JSON.stringify(Principal), action].join(" "),
          )
        : [],
    );

  test("allow all actions of a service only to the account, in the policies of its keys", () => {
    const root = ` policy {"AWS":"arn:aws:iam::${account}:root"} kms:*`;
    const all = ofActions(/^\*$|:\*$/);
    expect(all).toEqual(expect.arrayContaining([`encryption/key/key${root}`, `state/key/key${root}`]));
    expect(all.filter((each) => !each.endsWith(root))).toEqual([]);
  });

  test("have wildcards within actions in the key policy only, as AWS documents them", () => {
    const partial = ofActions(/[^:]\*/).map((each) => each.replace(/ \{.*\} /, " "));
    expect([...new Set(partial)].sort()).toEqual(
      ["Decrypt*", "Describe*", "Encrypt*", "GenerateDataKey*", "ReEncrypt*"].map(
        (action) => `encryption/key/key policy kms:${action}`,
      ),
    );
  });

  test("name their resources, except in key policies, where * is the key, and where AWS has none", () => {
    for (const { place, statement } of everything) {
      if (place.endsWith("assume_role_policy") || place.endsWith("key/key policy")) continue;
      // Metrics, descriptions and tags of a whole account: read, and by Datadog's role only (__tests__/monitoring).
      if (place === "monitoring/aws/role-policy policy") continue;
      // AWS knows no resource for this action; its condition names the namespace.
      if (statement.Action.join() === "cloudwatch:PutMetricData") continue;
      expect(statement.Resource?.length).toBeGreaterThan(0);
      for (const resource of statement.Resource ?? []) expect(resource).toMatch(/\b(aws_|arn:aws:)/);
    }
  });

  test("have no statement for every principal but the one that denies plain HTTP", () => {
    for (const { statement } of everything.filter((each) => each.statement.Principal === "*")) {
      expect(statement).toMatchObject({
        Sid: "DenyInsecureTransport",
        Effect: "Deny",
        Action: ["s3:*"],
        Condition: { Bool: { "aws:SecureTransport": "false" } },
      });
    }
  });

  test("deny plain HTTP for every bucket and its objects", () => {
    const buckets = stacks.flatMap((stack) =>
      stack.resources("aws_s3_bucket_policy").map((policy) => ({ stack, policy })),
    );
    expect(buckets).toHaveLength(stacks.flatMap((stack) => stack.resources("aws_s3_bucket")).length);
    for (const { stack, policy } of buckets) {
      const { address } = stack.target(policy.values.bucket);
      const deny = statements(policy.values.policy).find((each) => each.Effect === "Deny");
      expect(deny?.Resource).toEqual([`${address}.arn`, `\${${address}.arn}/*`]);
    }
  });

  test("let one service assume each role, for this account where the service sends the account", () => {
    const trust = platform.resources("aws_iam_role").map((role) => {
      const [statement, ...others] = statements(role.values.assume_role_policy);
      expect(others).toEqual([]);
      expect(statement?.Action).toEqual(["sts:AssumeRole"]);
      return [role.path, JSON.stringify(statement?.Principal), JSON.stringify(statement?.Condition)].join(" ");
    });
    const here = `{"StringEquals":{"aws:SourceAccount":"${account}"}}`;
    const known = [
      `database/monitoring-role {"Service":"monitoring.rds.amazonaws.com"} ${here}`,
      `network/vpc/flow-log-role {"Service":"vpc-flow-logs.amazonaws.com"} ${here}`,
      `proxy/role {"Service":"rds.amazonaws.com"} `,
      `servers/role/role {"Service":"ec2.amazonaws.com"} `,
    ];
    expect(trust).toEqual(expect.arrayContaining(known));
    expect(trust.filter((each) => !each.includes(here) && !/"(ec2|rds)\.amazonaws\.com"/.test(each))).toEqual([]);
  });

  const readsSecret = (secret: string) => [
    { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [secret] },
    {
      Effect: "Allow",
      Action: ["kms:Decrypt"],
      Resource: [`${platform.at("encryption/key/key").address}.arn`],
      Condition: { StringEquals: { "kms:ViaService": `secretsmanager.${region}.amazonaws.com` } },
    },
  ];

  test("let the proxy read the secrets of its users and decrypt with one key", () => {
    const database = platform.only("aws_db_instance").address;
    const user = platform.at("database-users/web/secret").address;
    expect(policyOf(platform, "proxy/role-policy")).toEqual([
      ...readsSecret(`${database}.master_user_secret[0].secret_arn`),
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [`${user}.arn`] },
    ]);
    const role = platform.target(platform.only("aws_db_proxy").values.role_arn);
    expect(platform.target(platform.at("proxy/role-policy").values.role)).toBe(role);
  });

  test("let a server read the agent's API key and the files of services, connect through the proxy as the user of its service, and be managed by SSM", () => {
    const secret = platform.at("servers/datadog-api-key/secret");
    expect(policyOf(platform, "servers/role/agent-key")).toEqual(readsSecret(`${secret.address}.arn`));
    const files = platform.at("servers/files/bucket/bucket").address;
    expect(policyOf(platform, "servers/role/service-files")).toEqual([
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: [`\${${files}.arn}/*`] },
      { Effect: "Allow", Action: ["s3:GetObjectVersion"], Resource: [`\${${files}.arn}/*`] },
      { Effect: "Allow", Action: ["s3:ListBucketVersions"], Resource: [`${files}.arn`] },
    ]);
    const proxy = platform.only("aws_db_proxy").address;
    expect(policyOf(platform, "servers/role/database")).toEqual([
      {
        Effect: "Allow",
        Action: ["rds-db:connect"],
        Resource: [`arn:aws:rds-db:${region}:${account}:dbuser:\${element(split(":", ${proxy}.arn), 6)}/web`],
      },
    ]);
    const role = platform.at("servers/role/role");
    const attached = platform
      .resources("aws_iam_role_policy_attachment")
      .filter((each) => platform.target(each.values.role) === role)
      .map((each) => each.values.policy_arn);
    expect(attached).toEqual(["arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore"]);
    const profile = platform.target(platform.only("aws_launch_template").values.iam_instance_profile);
    expect(platform.target(profile.values.role)).toBe(role);
  });

  test("let the load balancer write access logs of this account only", () => {
    const bucket = platform.at("access-logs/bucket/bucket").address;
    expect(policyOf(platform, "access-logs/bucket/policy").filter((each) => each.Effect === "Allow")).toEqual([
      {
        Sid: "PutAccessLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: ["s3:PutObject"],
        Resource: [`\${${bucket}.arn}/AWSLogs/${account}/*`],
        Condition: { ArnLike: { "aws:SourceArn": `arn:aws:elasticloadbalancing:${region}:${account}:loadbalancer/*` } },
      },
    ]);
  });

  test("let flow logs and DNS query logs be written for this account only", () => {
    const group = platform.at("network/vpc/flow-log-group").address;
    expect(policyOf(platform, "network/vpc/flow-log-policy")).toEqual([
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"],
        Resource: [`\${${group}.arn}:*`],
      },
      {
        Effect: "Allow",
        Action: ["logs:DescribeLogGroups"],
        Resource: [`arn:aws:logs:${region}:${account}:log-group:*`],
      },
    ]);
    expect(statements(platform.at("dns/query-log-policy").values.policy_document)).toEqual([
      expect.objectContaining({
        Principal: { Service: "route53.amazonaws.com" },
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Condition: { StringEquals: { "aws:SourceAccount": account } },
      }),
    ]);
  });

  test("let the account, Auto Scaling, CloudWatch Logs and the apply role of CI use the key of the platform", () => {
    const conditions = policyOf(platform, "encryption/key/key").map((each) => [each.Sid, each.Condition]);
    expect(conditions).toEqual([
      ["EnableIamPolicies", undefined],
      ["UseKeyForAutoScaling", undefined],
      ["CreateGrantsForAutoScaling", { Bool: { "kms:GrantIsForAWSResource": "true" } }],
      [
        "EncryptLogsOfAccount",
        { ArnLike: { "kms:EncryptionContext:aws:logs:arn": `arn:aws:logs:${region}:${account}:log-group:*` } },
      ],
      ["ManageKeyFromCi", { StringEqualsIfExists: { "aws:RequestTag/env": name } }],
      [
        "UseKeyThroughServices",
        {
          StringEquals: { "kms:ViaService": [`rds.${region}.amazonaws.com`, `secretsmanager.${region}.amazonaws.com`] },
        },
      ],
    ]);
  });

  test("let only principals of the account use key and bucket of the state", () => {
    expect(policyOf(state, "state/key/key").map((each) => each.Sid)).toEqual(["EnableIamPolicies"]);
    expect(policyOf(state, "state/bucket/policy").map((each) => each.Sid)).toEqual(["DenyInsecureTransport"]);
  });
});
