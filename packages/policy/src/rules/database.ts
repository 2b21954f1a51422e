import { MASTER_USER } from "../../../../src/environments";
import { availabilityZoneOf } from "../facts/availability-zones";
import { allows, statementsOf } from "../facts/statements";
import { every, type Rule } from "../rule";

const CONNECT = "rds-db:connect";
const NEEDED = ["secretsmanager:GetSecretValue", "kms:Decrypt"];

export const database: readonly Rule[] = [
  {
    id: "rds-backup-retention",
    title:
      "RDS backups are retained for at least 7 days; in production for at least 30, with Multi-AZ and a final snapshot",
    reason: "Mistakes are noticed days later, and an Availability Zone can fail.",
    remedy:
      "Set database.backupRetentionDays and multiAz of the environment, and leave protectFromDestruction on in production.",
    controls: { checkov: ["CKV_AWS_133", "CKV_AWS_157"], securityHub: ["RDS.5", "RDS.11"] },
    subjects: every("aws_db_instance"),
    check: (database, { isProduction }) => {
      const days = database.number("backup_retention_period") ?? 0;
      const required = isProduction ? 30 : 7;
      return [
        days < required && `backup_retention_period is ${days}, at least ${required} is required`,
        isProduction && database.flag("multi_az") !== true && "multi_az is off",
        isProduction && database.flag("skip_final_snapshot") === true && "skip_final_snapshot is on",
      ];
    },
  },
  {
    id: "rds-encryption-and-no-public-access",
    title:
      "RDS instances are encrypted with the environment's KMS key, are not publicly accessible and accept TLS only",
    reason: "The database holds the data that must stay confidential.",
    remedy: "Create the database with Postgres.",
    controls: {
      checkov: ["CKV_AWS_16", "CKV_AWS_17", "CKV2_AWS_69"],
      securityHub: ["RDS.2", "RDS.3"],
      cis: ["2.3.1", "2.3.3"],
    },
    subjects: every("aws_db_instance"),
    check: (database) => {
      const parameters = database.targets("parameter_group_name").flatMap((group) => group.blocks("parameter"));
      const forceSsl = parameters.find((parameter) => parameter.text("name") === "rds.force_ssl");
      return [
        !(database.flag("storage_encrypted") === true && database.has("kms_key_id")) &&
          "it is not encrypted with the environment's KMS key",
        database.flag("publicly_accessible") === true && "it is publicly accessible",
        forceSsl?.text("value") !== "1" && "rds.force_ssl is not 1",
      ];
    },
  },
  {
    id: "rds-ingress-from-proxy-only",
    title: "Only RDS Proxy's security group reaches the database",
    reason:
      "Connections that bypass the proxy are neither pooled nor limited, and ten servers exhaust max_connections.",
    remedy: "Allow ingress from the proxy's security group on the database's port, and nothing else.",
    subjects: every("aws_db_instance"),
    check: (database, stack) => {
      const proxies = stack.of("aws_db_proxy").flatMap((proxy) => proxy.targets("vpc_security_group_ids"));
      return database
        .targets("vpc_security_group_ids")
        .flatMap((group) => stack.referring("aws_vpc_security_group_ingress_rule", "security_group_id", group))
        .filter((rule) => !rule.targets("referenced_security_group_id").some((from) => proxies.includes(from)))
        .map((rule) => `${rule.path} allows ingress from another source than the proxy`);
    },
  },
  {
    id: "rds-proxy-in-two-availability-zones",
    title: "RDS Proxy has subnets in at least two Availability Zones",
    reason: "The proxy must stay available when the database fails over to another Availability Zone.",
    remedy: "Name two Availability Zones in database.proxyZones.",
    subjects: every("aws_db_proxy"),
    check: (proxy) =>
      new Set(proxy.targets("vpc_subnet_ids").map(availabilityZoneOf)).size < 2 &&
      "its subnets are in one Availability Zone",
  },
  {
    id: "rds-proxy-requires-iam-auth",
    title: "RDS Proxy requires IAM authentication",
    reason: "Otherwise every server would hold a password for the proxy.",
    remedy: "Set iam_auth to REQUIRED, and allow rds-db:connect to the servers' role.",
    subjects: every("aws_db_proxy"),
    check: (proxy) =>
      proxy.blocks("auth").map((auth) => auth.text("iam_auth") !== "REQUIRED" && "iam_auth is not REQUIRED"),
  },
  {
    id: "rds-proxy-secret-per-user",
    title: "RDS Proxy has a secret of its own for each database user",
    reason: "Services that share a user share its data, and one of them cannot be shut out.",
    remedy: "Create a DatabaseUser for each service, and pass all of them to Proxy.",
    subjects: every("aws_db_proxy"),
    check: (proxy) => {
      const blocks = proxy.blocks("auth");
      const secrets = blocks.flatMap((auth) => auth.targets("secret_arn"));
      return [
        blocks.some((auth) => !auth.has("secret_arn")) && "an auth block has no secret",
        new Set(secrets).size < secrets.length && "two auth blocks have the same secret",
      ];
    },
  },
  {
    id: "servers-not-master-user",
    title: "No role of EC2 instances may connect as the master user of the database",
    reason: "The master user may read and drop the databases of all services.",
    remedy: "Grant rds-db:connect with grantConnect of Proxy, for the user of the service.",
    subjects: (stack) =>
      stack
        .of("aws_iam_role")
        .filter((role) =>
          statementsOf(role, "assume_role_policy").some(({ principals }) =>
            principals.Service?.includes("ec2.amazonaws.com"),
          ),
        ),
    check: (role, stack) => {
      const masters = stack.of("aws_db_instance").map((database) => database.text("username") ?? MASTER_USER);
      return stack
        .referring("aws_iam_role_policy", "role", role)
        .flatMap((policy) => statementsOf(policy, "policy"))
        .filter((statement) => allows(statement) && statement.actions.some((action) => isConnect(action)))
        .flatMap(({ resources }) => resources)
        .filter((arn) => [...masters, MASTER_USER].some((master) => matches(userOf(arn), master)))
        .map((arn) => `it may connect to ${arn}`);
    },
  },
  {
    id: "rds-proxy-requires-tls",
    title: "RDS Proxy requires TLS and logs no SQL statements",
    reason: "Without TLS, data can be read in transit; with debug_logging, it can be read in the logs.",
    remedy: "Set require_tls, and leave debug_logging off.",
    subjects: every("aws_db_proxy"),
    check: (proxy) => [
      proxy.flag("require_tls") !== true && "require_tls is off",
      proxy.flag("debug_logging") === true && "debug_logging is on",
    ],
  },
  {
    id: "rds-proxy-role-reads-own-secrets-only",
    title: "RDS Proxy's role reads the secrets that the proxy uses, and no others",
    reason: "With a role that reads every secret, a compromise of the database's proxy discloses all of them.",
    remedy: "Grant the role access with grantReadSecret of src/kms, which takes the secret and the key.",
    subjects: every("aws_db_proxy"),
    check: (proxy, stack) => {
      const role = proxy.target("role_arn");
      if (role === undefined) return "its role is not in this stack";
      const policies = stack.referring("aws_iam_role_policy", "role", role);
      const actions = policies.flatMap((policy) => statementsOf(policy, "policy")).filter(allows);
      const own = proxy.blocks("auth").flatMap((auth) => auth.targets("secret_arn"));
      const read = policies.flatMap((policy) => policy.targets("policy")).filter(({ type }) => type !== "aws_kms_key");
      return [
        policies.length === 0 && "its role has no policy",
        ...actions
          .flatMap((each) => each.actions)
          .filter((action) => !NEEDED.includes(action))
          .map((action) => `its role allows ${action}`),
        ...actions
          .flatMap((each) => each.resources)
          .filter((arn) => arn.includes("*"))
          .map((arn) => `its role reads ${arn}`),
        ...read.filter((each) => !own.includes(each)).map((each) => `its role reads ${each.path}`),
      ];
    },
  },
];

const isConnect = (action: string): boolean => matches(action.toLowerCase(), CONNECT);

/** Name of the user in the ARN of a database user, which may have wildcards. */
const userOf = (arn: string): string => arn.split("/").at(-1) ?? arn;

/** As IAM compares: `*` is any text, `?` any character. */
function matches(pattern: string, text: string): boolean {
  const escaped = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${escaped.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
}
