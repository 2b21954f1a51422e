import { both } from "../fixtures/synthesized";
import { fixtureWith } from "../fixtures/variants";
import { isAllowed } from "../support/iam";
import { type PolicyStatement, statements } from "../support/policies";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const ISSUER = "token.actions.githubusercontent.com";

/** Everything that a role is allowed, or denied, by the policies attached to it. */
function statementsOf(state: Stack, role: string, effect = "Allow"): PolicyStatement[] {
  const attached = state
    .resources("aws_iam_role_policy_attachment")
    .filter((each) => state.target(each.values.role) === state.at(`delivery/${role}`))
    .map((each) => state.target(each.values.policy_arn));
  return attached.flatMap((each) => statements(each.values.policy)).filter((each) => each.Effect === effect);
}

const actions = (list: readonly PolicyStatement[]) => list.flatMap((each) => each.Action);

describe.each(both)("the roles of CI in %s", (name, { environment, state, platform }) => {
  const { accountId: account, region, domain } = environment;
  const plan = statementsOf(state, "plan");
  const apply = statementsOf(state, "apply");
  const denied = statementsOf(state, "apply", "Deny");
  const bucket = `\${${state.only("aws_s3_bucket").address}.arn}`;

  test.each([
    ["plan", ["pull_request", "environment:plan"]],
    ["apply", [`environment:${name}`, "environment:release"]],
  ])("%s is assumed by workflows of one repository, from these places only", (role, places) => {
    const [trust, ...others] = statements(state.at(`delivery/${role}`).values.assume_role_policy);
    expect(others).toEqual([]);
    expect(trust).toMatchObject({
      Effect: "Allow",
      Principal: { Federated: `${state.only("aws_iam_openid_connect_provider").address}.arn` },
      Action: ["sts:AssumeRoleWithWebIdentity"],
      Condition: {
        StringEquals: {
          [`${ISSUER}:aud`]: "sts.amazonaws.com",
          [`${ISSUER}:sub`]: places.map((place) => `repo:acme/platform:${place}`),
        },
      },
    });
  });

  test("plan only reads, except that it writes state locks, and plans that overwrite no other", () => {
    const writing = plan.filter((each) => !each.Action.every((action) => /:(Describe|Get|List)/.test(action)));
    expect(writing).toEqual([
      expect.objectContaining({ Sid: "DecryptDatadogApiKey", Action: ["kms:Decrypt"] }),
      expect.objectContaining({ Sid: "UseStateKey", Action: ["kms:Decrypt", "kms:GenerateDataKey"] }),
      expect.objectContaining({
        Sid: "LockState",
        Action: ["s3:PutObject", "s3:DeleteObject"],
        Resource: [`${bucket}/*.tflock`],
      }),
      expect.objectContaining({
        Sid: "PutNewPlans",
        Action: ["s3:PutObject"],
        Resource: [`${bucket}/plans/*`],
        Condition: { Null: { "s3:if-none-match": "false" } },
      }),
    ]);
  });

  test.each([
    ["plan", plan, ["*.tfstate", "*.tflock", "plans/*.json"]],
    ["apply", apply, ["*.tfstate", "*.tflock", "plans/*.tfplan"]],
  ])(
    "%s reads no secret but that of the agents, and no object but states, plans and the files of services",
    (role, allowed, objects) => {
      const secrets = allowed.filter((each) => each.Action.includes("secretsmanager:GetSecretValue"));
      const secret = `arn:aws:secretsmanager:${region}:${account}:secret:dev-one/${name}`;
      expect(secrets.map((each) => [each.Resource, each.Condition])).toEqual([
        [[`${secret}/datadog-api-key-*`], undefined],
        // Versions that Terraform wrote: passwords of no user.
        [[`${secret}/database-user-*`], { StringLike: { "secretsmanager:VersionId": "terraform-*" } }],
      ]);
      // Only as the master user, who creates the users of services: __tests__/iam/apply-role.test.ts.
      expect(actions(allowed).filter((action) => /^logs:(Get|Filter|Start)|^rds-db:|^dynamodb:/.test(action))).toEqual(
        role === "apply" ? ["rds-db:connect"] : [],
      );
      const readable = allowed.filter((each) => each.Action.includes("s3:GetObject")).flatMap((each) => each.Resource);
      expect(readable).toEqual([
        `arn:aws:s3:::dev-one-${name}-services-*/*`,
        ...objects.map((object) => `${bucket}/${object}`),
      ]);
    },
  );

  test("apply changes in EC2 only what has the environment's tag, except reservations, which have none", () => {
    const ec2 = apply.filter((each) => each.Action.some((action) => /^ec2:(?!Describe|Get)/.test(action)));
    const tagged = new RegExp(`"aws:(ResourceTag|RequestTag)/env":"${name}"|"ec2:LaunchTemplate"`);
    const untagged = ec2.filter((each) => !tagged.test(JSON.stringify(each.Condition)));
    expect(untagged.map((each) => [each.Sid, each.Action])).toEqual([
      ["DeleteSubnetCidrReservations", ["ec2:DeleteSubnetCidrReservation"]],
    ]);
    for (const each of ec2.filter((one) => !untagged.includes(one))) {
      expect(each.Resource).not.toContain("*");
      for (const [other] of both.filter(([one]) => one !== name)) {
        expect(JSON.stringify(each.Condition)).not.toContain(`"${other}"`);
      }
    }
    expect(denied.find((each) => each.Sid === "DenyRemovalOfEnvTag")).toMatchObject({
      Action: expect.arrayContaining(["ec2:DeleteTags"]) as unknown,
      Condition: { "ForAnyValue:StringEquals": { "aws:TagKeys": ["env"] } },
    });
  });

  test("apply tags only what it creates or what has the environment's tag", () => {
    for (const each of apply.filter((one) => one.Action.includes("ec2:CreateTags"))) {
      const text = JSON.stringify(each.Condition);
      expect(text).toContain(`"aws:RequestTag/env":"${name}"`);
      expect(text).toMatch(new RegExp(`"ec2:CreateAction":|"aws:ResourceTag/env":"(${name}|true)"`));
    }
  });

  test("apply changes records of the environment's domain only, and deletes no hosted zone", () => {
    expect(actions(apply)).not.toContain("route53:DeleteHostedZone");
    expect(apply.filter((each) => each.Action.includes("route53:ChangeResourceRecordSets"))).toMatchObject([
      {
        Condition: {
          "ForAllValues:StringLike": {
            "route53:ChangeResourceRecordSetsNormalizedRecordNames": [domain, `*.${domain}`],
          },
          // Without it, a request without names would match.
          Null: { "route53:ChangeResourceRecordSetsNormalizedRecordNames": "false" },
        },
      },
    ]);
    const names = platform
      .resources("aws_route53_record")
      .map((each) => each.values.name)
      .filter((each): each is string => typeof each === "string" && !each.includes("${"));
    expect(names.length).toBeGreaterThan(0);
    for (const each of names) expect(each === domain || each.endsWith(`.${domain}`)).toBe(true);
  });

  test("statements for every resource require the environment's tag, except where AWS has no such condition", () => {
    const everywhere = apply.filter(
      (each) => each.Resource?.includes("*") === true && !each.Action.every((one) => /:(Describe|Get|List)/.test(one)),
    );
    const withoutTag = everywhere.filter((each) => !/(Resource|Request)Tag\/env/.test(JSON.stringify(each.Condition)));
    expect(withoutTag.flatMap((each) => each.Action).sort()).toEqual([
      "ec2:DeleteSubnetCidrReservation",
      "route53:AssociateVPCWithHostedZone",
      "route53:CreateHostedZone",
      "route53:DisassociateVPCFromHostedZone",
    ]);
  });

  test("apply creates roles with the permissions boundary only, and cannot change the roles of CI", () => {
    const making = apply.filter((each) => each.Action.includes("iam:CreateRole"));
    const boundary = `arn:aws:iam::${account}:policy/dev-one-${name}-boundary`;
    expect(making).toMatchObject([{ Condition: { StringEquals: { "iam:PermissionsBoundary": boundary } } }]);
    expect(
      actions(apply).filter((action) => /^iam:(CreatePolicy|CreateUser|CreateAccessKey|.*OpenIDConnect)/.test(action)),
    ).toEqual([]);
    expect(denied.find((each) => each.Sid === "DenyChangesToCiRoles")).toMatchObject({
      Action: ["iam:*"],
      Resource: expect.arrayContaining([`arn:aws:iam::${account}:role/dev-one-${name}-delivery-*`]) as unknown,
    });
    expect(state.at("delivery/boundary").values.name).toBe(`dev-one-${name}-boundary`);
    for (const role of platform.resources("aws_iam_role")) expect(role.values.permissions_boundary).toBe(boundary);
  });

  test("the permissions boundary lets servers connect as users of services, and never as the master user", () => {
    const boundary = statements(state.at("delivery/boundary").values.policy);
    const connects = (user: string) =>
      isAllowed(
        { action: "rds-db:connect", resource: `arn:aws:rds-db:${region}:${account}:dbuser:prx-1/${user}` },
        { identity: boundary },
      );
    expect(["web", "postgres_exporter", "postgres"].map(connects)).toEqual([true, true, false]);
  });

  test("the permissions boundary allows no change of identities, and wildcards in actions that read only", () => {
    const boundary = actions(statements(state.at("delivery/boundary").values.policy));
    expect(
      boundary.filter(
        (action) => /^(iam|sts|organizations):|\*$/.test(action) && !/:(Describe|Get|List)\*$/.test(action),
      ),
    ).toEqual([]);
  });

  test("apply passes roles to known services only", () => {
    const passing = apply.filter((each) => each.Action.includes("iam:PassRole"));
    expect(passing).toHaveLength(1);
    expect(passing[0]?.Condition).toMatchObject({
      StringEquals: { "iam:PassedToService": expect.any(Array) as unknown },
    });
  });

  test("apply writes the states of its stacks, but no plan, nor the state of the stack with its own role", () => {
    const put = apply.filter((each) => each.Action.includes("s3:PutObject")).flatMap((each) => each.Resource);
    expect(put.filter((each) => each?.includes("plans"))).toEqual([]);
    const written = apply.filter((each) => each.Sid === "WriteState").flatMap((each) => each.Resource);
    expect(written.length).toBeGreaterThan(0);
    expect(written.some((each) => each?.endsWith("-state.tfstate"))).toBe(false);
    expect(denied.find((each) => each.Sid === "DenyChangesToStateStack")?.Resource).toEqual([
      `${bucket}/${name}-state.tfstate`,
    ]);
  });
});

test("the ids of owner and repository are in GitHub's subject claim where the configuration has them", () => {
  const delivery = { repository: "acme/platform", ownerId: 123456, repositoryId: 456789 };
  const { state } = synthesize(fixtureWith({ delivery }));
  const subjects = ["plan", "apply"].flatMap((role) => {
    const [trust] = statements(state.at(`delivery/${role}`).values.assume_role_policy);
    const { StringEquals } = trust?.Condition as { StringEquals: Record<string, string | string[]> };
    return StringEquals[`${ISSUER}:sub`] ?? [];
  });
  const places = ["pull_request", "environment:plan", "environment:fixture", "environment:release"];
  expect(subjects).toEqual(places.map((place) => `repo:acme@123456/platform@456789:${place}`));
});
