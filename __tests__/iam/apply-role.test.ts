import { both } from "../fixtures/environment";
import { type IamRequest, isAllowed } from "../support/iam";
import { type PolicyStatement, statements } from "../support/policies";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

/** What for, and the request. */
type Row = readonly [what: string, action: string, resource: string, context?: IamRequest["context"]];

const attached = (state: Stack, role: string): PolicyStatement[] =>
  state
    .resources("aws_iam_role_policy_attachment")
    .filter((each) => state.target(each.values.role) === state.at(`delivery/${role}`))
    .flatMap((each) => statements(state.target(each.values.policy_arn).values.policy));

/** Actions that change a KMS key, hand it over or let it be used. */
const TAKEOVERS = [
  ...["CreateAlias", "UpdateAlias", "DeleteAlias", "CreateGrant", "RevokeGrant", "PutKeyPolicy", "DisableKey"],
  ...["ScheduleKeyDeletion", "CancelKeyDeletion", "UpdateKeyDescription", "ImportKeyMaterial", "ReplicateKey"],
  ...["GenerateDataKey", "Encrypt", "Decrypt", "ReEncryptFrom"],
];
/** As above, and what changes which policies cover the key. */
const CHANGES = [
  ...TAKEOVERS.filter((each) => !/Encrypt|Decrypt|GenerateDataKey/.test(each)),
  ...["TagResource", "UntagResource", "EnableKey", "EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"],
  ...["RetireGrant", "UpdatePrimaryRegion", "DeleteImportedKeyMaterial"],
];

describe.each(both)("the apply role of %s", (env, environment) => {
  const { accountId: account, region } = environment;
  const { state, platform } = synthesize(environment);
  const identity = attached(state, "apply");
  const role = `arn:aws:iam::${account}:role/${state.at("delivery/apply").values.name as string}`;
  const ownKey = statements(platform.at("encryption/key/key").values.policy);
  const stateKey = `${state.only("aws_kms_key").address}.arn`;

  const own = { "aws:ResourceTag/env": env };
  const tagged = { "aws:RequestTag/env": env, "aws:TagKeys": ["env"] };
  const base = { "aws:PrincipalAccount": account, "aws:RequestedRegion": region };
  const isAllowedTo = ([, action, resource, context = {}]: Row, resourcePolicy: readonly PolicyStatement[] = []) =>
    isAllowed({ action, resource, context: { ...base, ...context } }, { identity, role, resource: resourcePolicy });

  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
  const ec2 = (kind: string) => arn("ec2", `${kind}/x`);
  const key = arn("kms", "key/1");
  const serviceLinked = `arn:aws:iam::${account}:role/aws-service-role`;
  const autoScaling = `${serviceLinked}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_dev-one-${env}`;
  const bucket = `arn:aws:s3:::dev-one-${env}-access-logs-${account}`;
  const files = `arn:aws:s3:::dev-one-${env}-services-${account}`;
  const document = arn("ssm", `document/dev-one-${env}-migrate`);
  const group = arn("autoscaling", `autoScalingGroup:1:autoScalingGroupName/dev-one-${env}-zone-5`);
  const certificate = arn("acm", "certificate/1");
  const proxy = arn("rds", "db-proxy:prx-1");

  const master = arn("rds-db", "dbuser:prx-1/postgres");
  const server = ec2("instance");
  const throughServer = { "ssm:resourceTag/env": env, "ssm:SessionDocumentAccessCheck": "true" };
  const forwarding = `arn:aws:ssm:${region}::document/AWS-StartPortForwardingSessionToRemoteHost`;
  const userSecret = arn("secretsmanager", `secret:dev-one/${env}/database-user-web-AbCdEf`);

  const rowsWith = (verdict: boolean, rows: readonly Row[], resourcePolicy?: readonly PolicyStatement[]) =>
    rows.filter((row) => isAllowedTo(row, resourcePolicy) === verdict).map(([what, action]) => `${what}: ${action}`);
  const denied = (rows: readonly Row[], resourcePolicy?: readonly PolicyStatement[]) =>
    rowsWith(false, rows, resourcePolicy);
  const allowed = (rows: readonly Row[], resourcePolicy?: readonly PolicyStatement[]) =>
    rowsWith(true, rows, resourcePolicy);

  const needed: readonly Row[] = [
    ["aws_kms_key: CreateKey", "kms:CreateKey", "*", tagged],
    ["aws_kms_key: CreateKey with tags, on a key without tags yet", "kms:TagResource", arn("kms", "key/*"), tagged],
    ["aws_kms_key: rotation, once the tag counts", "kms:EnableKeyRotation", key, own],
    ["aws_kms_alias: the alias", "kms:CreateAlias", arn("kms", `alias/dev-one-${env}`)],
    ["aws_iam_service_linked_role: create", "iam:CreateServiceLinkedRole", autoScaling],
    ["aws_iam_service_linked_role: default_tags", "iam:TagRole", autoScaling, tagged],
    ["aws_iam_service_linked_role: a tag less", "iam:UntagRole", autoScaling, { "aws:TagKeys": ["x"] }],
    ["aws_iam_service_linked_role: description", "iam:UpdateRole", autoScaling],
    ["aws_iam_service_linked_role: delete", "iam:DeleteServiceLinkedRole", autoScaling],
    ["aws_iam_service_linked_role: wait for the delete", "iam:GetServiceLinkedRoleDeletionStatus", autoScaling],
    ["RDS's own role, with the first database", "iam:CreateServiceLinkedRole", `${serviceLinked}/rds.amazonaws.com/R`],
    [
      "the role of Elastic Load Balancing, with the first load balancer",
      "iam:CreateServiceLinkedRole",
      `${serviceLinked}/elasticloadbalancing.amazonaws.com/R`,
    ],
    ["aws_iam_role: tags", "iam:TagRole", `arn:aws:iam::${account}:role/dev-one-${env}-servers`, tagged],
    [
      "aws_iam_instance_profile: a tag less",
      "iam:UntagInstanceProfile",
      `arn:aws:iam::${account}:instance-profile/dev-one-${env}-servers`,
    ],
    ["aws_ssm_document: create", "ssm:CreateDocument", document],
    ["aws_ssm_document: refresh", "ssm:DescribeDocument", document],
    ["the roll-out: a refresh", "autoscaling:StartInstanceRefresh", group],
    ["the roll-out: a refresh back", "autoscaling:RollbackInstanceRefresh", group],
    ["the roll-out: a server of some names", "autoscaling:TerminateInstanceInAutoScalingGroup", group],
    ["the roll-out: a group without servers", "autoscaling:UpdateAutoScalingGroup", group],
    ["the roll-out: an older row", "s3:GetObjectVersion", `${files}/services/shop.json`],
    ["the roll-out: its tags", "s3:GetObjectVersionTagging", `${files}/services/shop.json`],
    ["the roll-out: what is migrated", "s3:PutObject", `${files}/migrated/shop.json`],
    ["the roll-out: the document of a migration", "ssm:SendCommand", document],
    ["the roll-out: the server of a migration", "ssm:SendCommand", ec2("instance"), { "ssm:resourceTag/env": env }],
    ["the roll-out: the end of a migration", "ssm:GetCommandInvocation", "*"],
    ["aws_s3_bucket: tags", "s3:TagResource", bucket, tagged],
    ["aws_s3_bucket: a tag less", "s3:UntagResource", bucket, { "aws:TagKeys": ["x"] }],
    ["aws_s3_bucket: refresh", "s3:ListTagsForResource", bucket],
    ["aws_s3_bucket: that of the services", "s3:CreateBucket", files, tagged],
    ["aws_s3_object: a table", "s3:PutObject", `${files}/tables/servers.json`],
    ["aws_s3_object: default_tags", "s3:PutObjectTagging", `${files}/tables/servers.json`],
    ["aws_s3_object: refresh", "s3:GetObject", `${files}/tables/servers.json`],
    ["aws_s3_object: refresh of tags", "s3:GetObjectTagging", `${files}/tables/servers.json`],
    ["aws_s3_object: delete", "s3:ListBucketVersions", files],
    ["aws_s3_object: delete a version", "s3:DeleteObjectVersion", `${files}/tables/servers.json`],
    ["aws_acm_certificate: create", "acm:RequestCertificate", "*", tagged],
    ["aws_acm_certificate: create with tags", "acm:AddTagsToCertificate", certificate, tagged],
    ["aws_acm_certificate: another tag", "acm:AddTagsToCertificate", certificate, { ...own, "aws:TagKeys": ["x"] }],
    ["aws_db_instance: the database", "rds:CreateDBInstance", arn("rds", `db:dev-one-${env}-postgres`), tagged],
    ["aws_db_instance: the default option group", "rds:CreateDBInstance", arn("rds", "og:default:postgres-16"), tagged],
    ["aws_db_instance: a new major version", "rds:ModifyDBInstance", arn("rds", "og:default:postgres-17")],
    ["aws_db_instance: final snapshot", "rds:CreateDBSnapshot", arn("rds", `snapshot:dev-one-${env}-postgres-final`)],
    ["aws_db_proxy: create, which has no resource type", "rds:CreateDBProxy", "*", tagged],
    ["aws_db_proxy: create with tags", "rds:AddTagsToResource", proxy, tagged],
    ["aws_db_proxy: change", "rds:ModifyDBProxy", proxy, own],
    ["database-users: connect as the master user", "rds-db:connect", master],
    ["database-users: a session through a server", "ssm:StartSession", server, throughServer],
    ["database-users: its document", "ssm:StartSession", forwarding, { "ssm:SessionDocumentAccessCheck": "true" }],
    ["database-users: the next password", "secretsmanager:PutSecretValue", userSecret],
    ["database-users: make it current", "secretsmanager:UpdateSecretVersionStage", userSecret],
    ["log resource policy", "logs:PutResourcePolicy", arn("logs", "log-group::log-stream:")],
    ["aws_subnet: create", "ec2:CreateSubnet", ec2("subnet"), tagged],
    ["aws_subnet: create, its VPC", "ec2:CreateSubnet", ec2("vpc"), own],
    ["aws_security_group: AWS's first rule goes", "ec2:RevokeSecurityGroupEgress", ec2("security-group"), own],
  ];

  test("may send every request that Terraform needs for the environment's resources", () => {
    expect(denied(needed)).toEqual([]);
  });

  const refused: readonly Row[] = [
    ["any command on a server", "ssm:SendCommand", `arn:aws:ssm:${region}::document/AWS-RunShellScript`],
    ["a migration elsewhere", "ssm:SendCommand", ec2("instance"), { "ssm:resourceTag/env": "other" }],
    ["a refresh elsewhere", "autoscaling:StartInstanceRefresh", group.replace(env, "other")],
    [
      "a zone would take its name servers along: a person deletes it",
      "route53:DeleteHostedZone",
      "arn:aws:route53:::hostedzone/Z1",
    ],
    // Amazon EC2's service authorization reference names the security group only, so that the rule is not asked for.
    ["rules without a tag", "ec2:RevokeSecurityGroupEgress", ec2("security-group-rule")],
    ["a key without a tag", "kms:CreateKey", "*"],
    ["a key of another environment", "kms:CreateKey", "*", { "aws:RequestTag/env": "other" }],
    ["tag a key of another environment", "kms:TagResource", key, { ...tagged, "aws:ResourceTag/env": "other" }],
    ["tag a key without its tag", "kms:TagResource", key, { "aws:TagKeys": ["x"] }],
    ["another service-linked role", "iam:UpdateRole", `${serviceLinked}/rds.amazonaws.com/AWSServiceRoleForRDS`],
    ["Auto Scaling's role of another environment", "iam:UpdateRole", `${autoScaling}-other`],
    ["Auto Scaling's default role", "iam:UpdateRole", autoScaling.replace(/_dev-one-.*/, "")],
    [
      "a secret of another environment, by its key",
      "kms:Decrypt",
      key,
      { "aws:ResourceTag/env": "other", "kms:ViaService": `secretsmanager.${region}.amazonaws.com` },
    ],
    ["another service-linked role's end", "iam:DeleteServiceLinkedRole", `${serviceLinked}/rds.amazonaws.com/R`],
    ["its own role's tags", "iam:TagRole", role, tagged],
    ["a file of another environment", "s3:PutObject", `arn:aws:s3:::dev-one-other-services-${account}/x`],
    ["another bucket's tags", "s3:TagResource", `arn:aws:s3:::dev-one-other-access-logs-${account}`, tagged],
    ["the state bucket's tags", "s3:TagResource", `arn:aws:s3:::dev-one-${env}-terraform-state-${account}`, tagged],
    ["connect as a service's user", "rds-db:connect", arn("rds-db", "dbuser:prx-1/web")],
    ["a server of another environment", "ssm:StartSession", server, { "ssm:resourceTag/env": "other" }],
    [
      "the default document, a shell, whose access is not checked",
      "ssm:StartSession",
      server,
      { ...throughServer, "ssm:SessionDocumentAccessCheck": "false" },
    ],
    ["another document", "ssm:StartSession", forwarding.replace(/AWS-.*/, "AWS-StartInteractiveCommand")],
    ["the password of a database user", "secretsmanager:GetSecretValue", userSecret],
    [
      "a version of it that Terraform did not write",
      "secretsmanager:GetSecretValue",
      userSecret,
      { "secretsmanager:VersionId": "2524294c-8f75-45bb-9c3d-fb8dd1cacfde" },
    ],
    ["another proxy's tag", "rds:AddTagsToResource", proxy, { ...tagged, "aws:ResourceTag/env": "other" }],
    ["an option group of others", "rds:CreateDBInstance", arn("rds", "og:other")],
    [
      "a certificate of another",
      "acm:AddTagsToCertificate",
      certificate,
      { ...tagged, "aws:ResourceTag/env": "other" },
    ],
    ["give a certificate away", "acm:AddTagsToCertificate", certificate, { ...own, "aws:RequestTag/env": "other" }],
    ["give a proxy away", "rds:AddTagsToResource", proxy, { ...own, "aws:RequestTag/env": "other" }],
    [
      "take the tag off a certificate",
      "acm:RemoveTagsFromCertificate",
      certificate,
      { ...own, "aws:TagKeys": ["env"] },
    ],
    ["take the tag off a proxy", "rds:RemoveTagsFromResource", proxy, { ...own, "aws:TagKeys": ["x", "env"] }],
    ["take the tag off a VPC", "ec2:DeleteTags", ec2("vpc"), { ...own, "aws:TagKeys": ["env"] }],
  ];

  test("ends and opens its own sessions only", () => {
    // Terraform prints $${ as ${.
    expect(String(state.at("delivery/apply-change-database").values.policy)).toMatch(
      /:session\/\$\$\{aws:userid\}-\*"/,
    );
  });

  test("may not change what is not the environment's, nor take a tag off what is", () => {
    expect(allowed(refused)).toEqual([]);
  });

  test("may empty the bucket of access logs only where force_destroy is set", () => {
    const forceDestroy = platform.at("access-logs/bucket/bucket").values.force_destroy;
    expect(isAllowedTo(["list", "s3:ListBucketVersions", bucket])).toBe(forceDestroy);
    expect(isAllowedTo(["delete", "s3:DeleteObject", `${bucket}/x`])).toBe(forceDestroy);
    expect(isAllowedTo(["delete for good", "s3:DeleteObjectVersion", `${bucket}/x`])).toBe(forceDestroy);
  });

  describe("for the environment's key, before AWS evaluates its tag,", () => {
    const use = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });

    test("may send every request that creating and changing the key needs", () => {
      const requests: readonly Row[] = [
        ...[
          "EnableKeyRotation",
          "PutKeyPolicy",
          "CreateAlias",
          "UpdateAlias",
          "DeleteAlias",
          "UpdateKeyDescription",
        ].map((action): Row => [action, `kms:${action}`, key]),
        ...["DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags", "ScheduleKeyDeletion"].map(
          (action): Row => [action, `kms:${action}`, key],
        ),
        ["TagResource", "kms:TagResource", key, { "aws:TagKeys": ["x"] }],
        ["UntagResource", "kms:UntagResource", key, { "aws:TagKeys": ["x"] }],
        ["CreateGrant by RDS", "kms:CreateGrant", key, use("rds")],
        ["GenerateDataKey by Secrets Manager", "kms:GenerateDataKey", key, use("secretsmanager")],
        ["Decrypt by Secrets Manager", "kms:Decrypt", key, use("secretsmanager")],
      ];
      expect(denied(requests, ownKey)).toEqual([]);
    });

    test("may neither use nor disable the key itself, nor change its env tag", () => {
      const requests: readonly Row[] = [
        ["CreateGrant by itself", "kms:CreateGrant", key],
        ["Decrypt by itself", "kms:Decrypt", key],
        ["Decrypt by another service", "kms:Decrypt", key, use("s3")],
        ["UntagResource of env", "kms:UntagResource", key, { "aws:TagKeys": ["env"] }],
        ["TagResource with another env", "kms:TagResource", key, { "aws:RequestTag/env": "other" }],
        ["DisableKey", "kms:DisableKey", key],
      ];
      expect(allowed(requests, ownKey)).toEqual([]);
    });

    test("is the only role of CI that the policy of the key names", () => {
      const named = ownKey.filter((each) => JSON.stringify(each.Principal).includes("-delivery-"));
      expect(named.map((each) => each.Principal)).toEqual([{ AWS: role }, { AWS: role }]);
    });
  });

  test("may not use or change a key that it has only given the environment's tag", () => {
    expect(isAllowedTo(["tag it", "kms:TagResource", key, tagged])).toBe(true);
    expect(allowed(TAKEOVERS.map((action): Row => ["a tagged key", `kms:${action}`, key, own]))).toEqual([]);
  });

  test("may not change the state's key, whatever its tags and its own policy are", () => {
    const contexts = [{}, own, tagged, { ...own, ...tagged, "aws:TagKeys": ["x"] }];
    const requests = CHANGES.flatMap((action) =>
      contexts.map((context): Row => [JSON.stringify(context), `kms:${action}`, stateKey, context]),
    );
    expect(allowed(requests)).toEqual([]);
    const open = CHANGES.map((action) => ({
      Effect: "Allow",
      Principal: { AWS: role },
      Action: [`kms:${action}`],
    }));
    expect(allowed(requests, open)).toEqual([]);
  });

  test("may use the state's key for the state", () => {
    const requests = ["Decrypt", "GenerateDataKey"].map((action): Row => ["state", `kms:${action}`, stateKey]);
    expect(denied(requests)).toEqual([]);
  });

  test("leaves reading a bucket's tags, and no change of a key, to the plan role", () => {
    const plan = { identity: attached(state, "plan") };
    expect(isAllowed({ action: "s3:ListTagsForResource", resource: bucket }, plan)).toBe(true);
    expect(isAllowed({ action: "s3:TagResource", resource: bucket, context: tagged }, plan)).toBe(false);
    for (const action of ["TagResource", "CreateKey", "PutKeyPolicy", "EnableKeyRotation"]) {
      expect(isAllowed({ action: `kms:${action}`, resource: key, context: { ...own, ...tagged } }, plan)).toBe(false);
    }
  });
});
