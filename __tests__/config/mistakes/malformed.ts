import {
  address,
  base,
  changedSettings,
  inDatabase,
  inDatadog,
  inServers,
  inZone,
  type Mistake,
  type Refusal,
  setting,
  subnet,
} from "./refusal";

type Row = readonly [mistake: Mistake, what: string, example: string];

/** Single values that are not what the setting takes. */
const rows: readonly Row[] = [
  [inServers({ peakConnections: 1.5 }), "a whole number of connections from 1 upwards", "1"],
  [setting({ accountId: "12345" }), "an AWS account id, 12 digits in quotes", '"111122223333"'],
  [setting({ accountId: 111122223333 }), "an AWS account id, 12 digits in quotes", '"111122223333"'],
  [setting({ domain: "https://dev-one.it" }), "a domain name", "dev-one.it"],
  [setting({ securityContact: "security.dev-one.it" }), "an e-mail address", "security@dev-one.it"],
  [inServers({ instanceType: "m3.xlarge\nm7i.xlarge" }), "the name of an instance type", "m3.xlarge"],
  [inServers({ amiId: "ubuntu" }), "an AMI id", "ami-0123456789abcdef0"],
  [inDatabase({ majorVersion: 12 }), "a major version of PostgreSQL from 13 upwards", "17"],
  [inDatabase({ backupRetentionDays: 40 }), "a whole number of days from 1 to 35", "1"],
  [inDatabase({ maxAllocatedStorageGib: 65_537 }), "a whole number of GiB from 20 to 65536", "20"],
  [inDatabase({ instanceClass: "db.m.large" }), "an RDS instance class", "db.m7g.large"],
  [inDatabase({ instanceClass: "db.m7g.larger" }), "an RDS instance class", "db.m7g.large"],
  [setting({ scaling: { scaleInCpuPercent: 0 } }), "a percentage from 1 to 100", "60"],
  [address(1, "api-1", "172.31.1"), "an IPv4 address", "172.31.1.101"],
  [subnet(2, "data", "172.31.202.0"), "an IPv4 CIDR", "172.31.1.0/24"],
  [setting({ vpcCidr: "172.300.0.0/16" }), "an IPv4 CIDR", "172.31.1.0/24"],
  [inZone(2, { availabilityZoneId: "us-east-1b" }), "an Availability Zone id", "use1-az2"],
  [setting({ region: "Virginia" }), "an AWS region", "us-east-1"],
  [inDatadog({ awsAccountId: "Datadog" }), "an AWS account id, 12 digits in quotes", '"464622532012"'],
  [inDatadog({ slack: { alerts: "dev-one-alerts" } }), "a Slack channel with its #", "#dev-one-alerts"],
  [inDatadog({ slack: { warnings: "#DevOne" } }), "a Slack channel with its #", "#dev-one-alerts"],
  [inDatadog({ slack: { account: "dev one" } }), "the name of a Slack account in Datadog", "dev-one"],
  [
    inDatadog({ paging: { kind: "datadog-on-call", team: "@oncall-dev-one" } }),
    "the handle of a team of Datadog On-Call",
    "dev-one",
  ],
  [inDatadog({ tickets: ["operations"] }), "an e-mail address", "operations@dev-one.it"],
  [
    inDatadog({ runbooks: "https://wiki.dev-one.it/runbooks/" }),
    "an HTTPS address without a slash at the end",
    "https://github.com/dev-one-it/infrastructure/blob/main/docs/runbooks",
  ],
  [inDatadog({ thresholds: { networkPercent: { critical: 120 } } }), "a percentage from 1 to 100", "85"],
  [inDatadog({ thresholds: { latencyP95Seconds: { warning: 800 } } }), "a number of seconds from 0.001 to 60", "0.8"],
  [inDatadog({ slo: { availabilityPercent: 100 } }), "a percentage from 95 to 99.99", "99.9"],
  [inDatadog({ slo: { latencyPercent: 90 } }), "a percentage from 95 to 99.99", "99"],
];

export const malformedValues: readonly Refusal[] = rows.map(([mistake, what, example]) => {
  const { path, value } = changedValue(mistake);
  const shown = typeof value === "string" ? JSON.stringify(value) : String(value);
  const name = `${path} of ${shown}`;
  return { name, mistake, path, problem: `${shown} is not ${what}`, remedy: `write one such as ${example}` };
});

/** The value that a mistake changes: the last one, if it adds a whole part. */
function changedValue(mistake: Mistake): { readonly path: string; readonly value: unknown } {
  const keys = changedSettings(mistake).at(-1)?.split(".") ?? [];
  let value = keys.reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], mistake(base));
  while (typeof value === "object" && value !== null) {
    const [key, each] = Object.entries(value as Record<string, unknown>).at(-1) ?? [""];
    keys.push(key);
    value = each;
  }
  return { path: keys.join(".").replaceAll(/\.(\d+)/g, "[$1]"), value };
}
