import { type Case, one, policy, set, type Values } from "../support";

const parameters = (value: string) => ({
  aws_db_parameter_group: { p: { parameter: [{ name: "rds.force_ssl", value }] } },
});
const instance = (values: Values) => ({
  aws_db_instance: {
    d: {
      storage_encrypted: true,
      kms_key_id: "arn",
      parameter_group_name: "${aws_db_parameter_group.p.name}",
      manage_master_user_password: true,
      vpc_security_group_ids: ["${aws_security_group.database.id}"],
      ...values,
    },
  },
});
const proxy = (values: Values) => ({ aws_db_proxy: { p: { require_tls: true, debug_logging: false, ...values } } });
const subnets = { aws_subnet: { a: { availability_zone_id: "use1-az2" }, b: { availability_zone_id: "use1-az4" } } };
const reading = (...secrets: readonly string[]) => ({
  aws_secretsmanager_secret: { own: {}, other: {} },
  aws_iam_role: { r: {} },
  aws_iam_role_policy: {
    p: {
      role: "${aws_iam_role.r.id}",
      policy: policy({ Effect: "Allow", Action: "secretsmanager:GetSecretValue", Resource: secrets }),
    },
  },
  ...proxy({
    role_arn: "${aws_iam_role.r.arn}",
    auth: [{ secret_arn: "${aws_secretsmanager_secret.own.arn}", iam_auth: "REQUIRED" }],
  }),
});
const secrets = { aws_secretsmanager_secret: { a: {}, b: {} } };
const ofUser = (name: string) => ({ secret_arn: `\${aws_secretsmanager_secret.${name}.arn}` });
const server = (...users: readonly string[]) => ({
  aws_iam_role: {
    r: {
      assume_role_policy: policy({
        Effect: "Allow",
        Principal: { Service: "ec2.amazonaws.com" },
        Action: "sts:AssumeRole",
      }),
    },
  },
  aws_iam_role_policy: {
    p: {
      role: "${aws_iam_role.r.id}",
      policy: policy({
        Effect: "Allow",
        Action: "rds-db:connect",
        Resource: users.map((user) => `arn:aws:rds-db:us-east-1:111122223333:dbuser:prx-1/${user}`),
      }),
    },
  },
});
const allowIngress = (from: string) => ({
  ...instance({}),
  ...proxy({ vpc_security_group_ids: ["${aws_security_group.proxy.id}"] }),
  aws_security_group: { database: {}, proxy: {}, servers: {} },
  aws_vpc_security_group_ingress_rule: {
    r: {
      security_group_id: "${aws_security_group.database.id}",
      referenced_security_group_id: `\${aws_security_group.${from}.id}`,
    },
  },
});

export const database: readonly Case[] = [
  {
    rule: "rds-encryption-and-no-public-access",
    fails: { ...parameters("0"), ...instance({}) },
    says: "rds.force_ssl is not 1",
    passes: { ...parameters("1"), ...instance({}) },
    breaks: set("aws_db_instance", { publicly_accessible: true }),
  },
  {
    rule: "rds-backup-retention",
    fails: instance({ backup_retention_period: 1 }),
    says: "backup_retention_period is 1, at least 30 is required",
    passes: instance({ backup_retention_period: 7 }),
    stack: "production",
    breaks: set("aws_db_instance", { multi_az: false }),
  },
  {
    rule: "snapshots-not-public",
    fails: { aws_db_snapshot: { s: { db_instance_identifier: "d", shared_accounts: ["111122223333", "all"] } } },
    says: "it is shared with all accounts",
    passes: {
      aws_db_snapshot: { s: { db_instance_identifier: "d", shared_accounts: ["111122223333"] } },
      aws_ami_launch_permission: { p: { image_id: "ami-1", account_id: "111122223333" } },
      aws_ebs_snapshot_block_public_access: { b: { state: "block-all-sharing" } },
    },
  },
  {
    rule: "terraform-state-has-no-secret",
    fails: { aws_secretsmanager_secret_version: { v: { secret_string: "${var.key}" } } },
    says: "secret_string is stored in the state",
    passes: { aws_secretsmanager_secret_version: { v: { secret_string_wo: "${var.key}" } }, ...instance({}) },
    breaks: set("aws_db_instance", { password: "${var.password}" }),
  },
  {
    rule: "rds-proxy-requires-tls",
    fails: proxy({ require_tls: false }),
    says: "require_tls is off",
    passes: proxy({}),
    breaks: set("aws_db_proxy", { debug_logging: true }),
  },
  {
    rule: "rds-proxy-requires-iam-auth",
    fails: proxy({ auth: [{ iam_auth: "DISABLED" }] }),
    says: "iam_auth is not REQUIRED",
    passes: proxy({ auth: [{ iam_auth: "REQUIRED" }] }),
    breaks: (stack) => {
      const [auth] = one(stack, "aws_db_proxy").auth as Values[];
      delete auth?.iam_auth;
    },
  },
  {
    rule: "rds-proxy-secret-per-user",
    fails: { ...secrets, ...proxy({ auth: [ofUser("a"), ofUser("a")] }) },
    says: "two auth blocks have the same secret",
    passes: { ...secrets, ...proxy({ auth: [ofUser("a"), ofUser("b")] }) },
    breaks: (stack) => {
      const [auth] = one(stack, "aws_db_proxy").auth as Values[];
      delete auth?.secret_arn;
    },
  },
  {
    rule: "servers-not-master-user",
    fails: server("api", "p*"),
    says: "it may connect to arn:aws:rds-db:us-east-1:111122223333:dbuser:prx-1/p*",
    passes: server("api", "postgres_exporter"),
    breaks: set("aws_iam_role_policy", { policy: (was) => was.replace("/api", "/postgres") }, "role_database"),
  },
  {
    rule: "rds-proxy-in-two-availability-zones",
    fails: { ...subnets, ...proxy({ vpc_subnet_ids: ["${aws_subnet.a.id}"] }) },
    says: "its subnets are in one Availability Zone",
    passes: { ...subnets, ...proxy({ vpc_subnet_ids: ["${aws_subnet.a.id}", "${aws_subnet.b.id}"] }) },
    breaks: (stack) => {
      const values = one(stack, "aws_db_proxy");
      values.vpc_subnet_ids = (values.vpc_subnet_ids as string[]).slice(0, 1);
    },
  },
  {
    rule: "rds-proxy-role-reads-own-secrets-only",
    fails: reading("${aws_secretsmanager_secret.own.arn}", "${aws_secretsmanager_secret.other.arn}"),
    says: "its role reads aws_secretsmanager_secret.other",
    passes: reading("${aws_secretsmanager_secret.own.arn}"),
    breaks: set("aws_iam_role_policy", { policy: (was) => was.replace("GetSecret", "PutSecret") }, "proxy"),
  },
  {
    rule: "rds-ingress-from-proxy-only",
    fails: allowIngress("servers"),
    says: "aws_vpc_security_group_ingress_rule.r allows ingress from another source than the proxy",
    passes: allowIngress("proxy"),
    breaks: set(
      "aws_vpc_security_group_ingress_rule",
      { referenced_security_group_id: undefined, cidr_ipv4: "172.31.0.0/16" },
      "database-from-proxy",
    ),
  },
  {
    rule: "cloudwatch-log-group-retention",
    fails: { aws_cloudwatch_log_group: { l: { retention_in_days: 7 } } },
    says: "its events are retained for 7 days, at least 365 are required",
    passes: { aws_cloudwatch_log_group: { l: { retention_in_days: 30 } } },
    stack: "production",
    breaks: set("aws_cloudwatch_log_group", { retention_in_days: 30 }, "flow-log"),
  },
  {
    rule: "logs-and-secrets-use-kms-key",
    fails: { aws_cloudwatch_log_group: { l: {} } },
    says: "it is encrypted with an AWS owned key, not with the environment's",
    passes: { aws_cloudwatch_log_group: { l: { kms_key_id: "${aws_kms_key.k.arn}" } } },
    breaks: set("aws_secretsmanager_secret", { kms_key_id: undefined }),
  },
];
