import { environments } from "../../src/environments";
import { type IamRequest, isAllowed } from "../support/iam";
import { type PolicyStatement, statements } from "../support/policies";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

/** What for, and the request. */
type Row = readonly [what: string, action: string, resource: string, context?: IamRequest["context"]];

const named = (rows: readonly Row[]) => rows.map((row) => ({ what: row[0], row }));

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

describe.each(environments.map((environment) => [environment.name, environment] as const))(
  "the apply role of %s",
  (env, environment) => {
    const { accountId: account, region } = environment;
    const { state, platform } = synthesize(environment);
    const identity = attached(state, "apply");
    const role = `arn:aws:iam::${account}:role/${state.at("delivery/apply").values.name as string}`;
    const ownKey = statements(platform.at("encryption/key/key").values.policy);
    const stateKey = `${state.only("aws_kms_key").address}.arn`;

    const own = { "aws:ResourceTag/env": env };
    const tagged = { "aws:RequestTag/env": env, "aws:TagKeys": ["env"] };
    const base = { "aws:PrincipalAccount": account, "aws:RequestedRegion": region };
    const ask = ([, action, resource, context = {}]: Row, resourcePolicy: readonly PolicyStatement[] = []) =>
      isAllowed({ action, resource, context: { ...base, ...context } }, { identity, role, resource: resourcePolicy });

    const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${account}:${rest}`;
    const ec2 = (kind: string) => arn("ec2", `${kind}/x`);
    const key = arn("kms", "key/1");
    const serviceLinked = `arn:aws:iam::${account}:role/aws-service-role`;
    const autoScaling = `${serviceLinked}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling_dev-one-${env}`;
    const bucket = `arn:aws:s3:::dev-one-${env}-access-logs-${account}`;
    const certificate = arn("acm", "certificate/1");
    const proxy = arn("rds", "db-proxy:prx-1");

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
      [
        "RDS's own role, with the first database",
        "iam:CreateServiceLinkedRole",
        `${serviceLinked}/rds.amazonaws.com/R`,
      ],
      ["aws_iam_role: tags", "iam:TagRole", `arn:aws:iam::${account}:role/dev-one-${env}-servers`, tagged],
      [
        "aws_iam_instance_profile: a tag less",
        "iam:UntagInstanceProfile",
        `arn:aws:iam::${account}:instance-profile/dev-one-${env}-servers`,
      ],
      ["aws_s3_bucket: tags", "s3:TagResource", bucket, tagged],
      ["aws_s3_bucket: a tag less", "s3:UntagResource", bucket, { "aws:TagKeys": ["x"] }],
      ["aws_s3_bucket: refresh", "s3:ListTagsForResource", bucket],
      ["aws_acm_certificate: create", "acm:RequestCertificate", "*", tagged],
      ["aws_acm_certificate: create with tags", "acm:AddTagsToCertificate", certificate, tagged],
      ["aws_acm_certificate: another tag", "acm:AddTagsToCertificate", certificate, { ...own, "aws:TagKeys": ["x"] }],
      ["aws_db_instance: the database", "rds:CreateDBInstance", arn("rds", `db:dev-one-${env}-postgres`), tagged],
      [
        "aws_db_instance: the default option group",
        "rds:CreateDBInstance",
        arn("rds", "og:default:postgres-17"),
        tagged,
      ],
      ["aws_db_instance: a new major version", "rds:ModifyDBInstance", arn("rds", "og:default:postgres-18")],
      ["aws_db_instance: final snapshot", "rds:CreateDBSnapshot", arn("rds", `snapshot:dev-one-${env}-postgres-final`)],
      ["aws_db_proxy: create, which has no resource type", "rds:CreateDBProxy", "*", tagged],
      ["aws_db_proxy: create with tags", "rds:AddTagsToResource", proxy, tagged],
      ["aws_db_proxy: change", "rds:ModifyDBProxy", proxy, own],
      ["log resource policy", "logs:PutResourcePolicy", arn("logs", "log-group::log-stream:")],
      ["aws_subnet: create", "ec2:CreateSubnet", ec2("subnet"), tagged],
      ["aws_subnet: create, its VPC", "ec2:CreateSubnet", ec2("vpc"), own],
      ["aws_security_group: AWS's first rule goes", "ec2:RevokeSecurityGroupEgress", ec2("security-group"), own],
    ];

    test.each(named(needed))("may: $what", ({ row }) => {
      expect(ask(row)).toBe(true);
    });

    const refused: readonly Row[] = [
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
      ["another bucket's tags", "s3:TagResource", `arn:aws:s3:::dev-one-other-access-logs-${account}`, tagged],
      ["the state bucket's tags", "s3:TagResource", `arn:aws:s3:::dev-one-${env}-terraform-state-${account}`, tagged],
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

    test.each(named(refused))("may not: $what", ({ row }) => {
      expect(ask(row)).toBe(false);
    });

    test("empties the bucket of access logs only where force_destroy does", () => {
      const forceDestroy = platform.at("access-logs/bucket/bucket").values.force_destroy;
      expect(ask(["list", "s3:ListBucketVersions", bucket])).toBe(forceDestroy);
      expect(ask(["delete", "s3:DeleteObject", `${bucket}/x`])).toBe(forceDestroy);
      expect(ask(["delete for good", "s3:DeleteObjectVersion", `${bucket}/x`])).toBe(forceDestroy);
    });

    describe("with the environment's key, whose tag does not count yet", () => {
      const use = (service: string) => ({ "kms:ViaService": `${service}.${region}.amazonaws.com` });

      test.each(
        named([
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
        ]),
      )("may: $what", ({ row }) => {
        expect(ask(row, ownKey)).toBe(true);
      });

      test.each(
        named([
          ["CreateGrant by itself", "kms:CreateGrant", key],
          ["Decrypt by itself", "kms:Decrypt", key],
          ["Decrypt by another service", "kms:Decrypt", key, use("s3")],
          ["UntagResource of env", "kms:UntagResource", key, { "aws:TagKeys": ["env"] }],
          ["TagResource with another env", "kms:TagResource", key, { "aws:RequestTag/env": "other" }],
          ["DisableKey", "kms:DisableKey", key],
        ]),
      )("may not: $what", ({ row }) => {
        expect(ask(row, ownKey)).toBe(false);
      });

      test("the key's policy names the apply role and no other role of CI", () => {
        const named = ownKey.filter((each) => JSON.stringify(each.Principal).includes("-delivery-"));
        expect(named.map((each) => each.Principal)).toEqual([{ AWS: role }, { AWS: role }]);
      });
    });

    test.each(TAKEOVERS)("a key of others that it has given the environment's tag is not its own: %s", (action) => {
      expect(ask(["tag it", "kms:TagResource", key, tagged])).toBe(true);
      expect(ask([action, `kms:${action}`, key, own])).toBe(false);
    });

    test.each(CHANGES)("the state's key is not changed, whatever its tags are: %s", (action) => {
      for (const context of [{}, own, tagged, { ...own, ...tagged, "aws:TagKeys": ["x"] }]) {
        expect(ask([action, `kms:${action}`, stateKey, context])).toBe(false);
        // Nor by a statement of the key's own policy.
        const open = [{ Effect: "Allow", Principal: { AWS: role }, Action: [`kms:${action}`] }];
        expect(ask([action, `kms:${action}`, stateKey, context], open)).toBe(false);
      }
    });

    test.each(["Decrypt", "GenerateDataKey"])("the state's key is used for the state: %s", (action) => {
      expect(ask([action, `kms:${action}`, stateKey])).toBe(true);
    });

    test("the plan role reads a bucket's tags and changes no key", () => {
      const plan = { identity: attached(state, "plan") };
      expect(isAllowed({ action: "s3:ListTagsForResource", resource: bucket }, plan)).toBe(true);
      expect(isAllowed({ action: "s3:TagResource", resource: bucket, context: tagged }, plan)).toBe(false);
      for (const action of ["TagResource", "CreateKey", "PutKeyPolicy", "EnableKeyRotation"]) {
        expect(isAllowed({ action: `kms:${action}`, resource: key, context: { ...own, ...tagged } }, plan)).toBe(false);
      }
    });
  },
);
