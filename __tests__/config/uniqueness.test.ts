import { ConfigurationError, defineEnvironment, defineEnvironments, type EnvironmentProps } from "../../src/config";
import { base, linesAbout } from "./mistakes/mistake";

const other: EnvironmentProps = { ...base, name: "other", accountId: "888899990000", domain: "other.dev-one.it" };

const named = { ...other, name: "example" };
const third = { ...named, accountId: "666655554444", domain: "third.dev-one.it" };
const has = (what: string) => `another environment already has ${what}; give each its own.`;
const channel = "#dev-one-example-alerts";

test.each<[string, EnvironmentProps[], string[]]>([
  ["a name", [base, named], [`Environment 2 ("example"), name: ${has('the name "example"')}`]],
  [
    "a name of three, each of which is reported once",
    [base, named, third],
    [2, 3].map((number) => `Environment ${number} ("example"), name: ${has('the name "example"')}`),
  ],
  // One account has one identity provider of GitHub, and a plan with another environment's credentials must fail.
  [
    "an account",
    [base, { ...other, accountId: base.accountId }],
    [`Environment "other", accountId: ${has('the accountId "777788889999"')}`],
  ],
  [
    "a domain",
    [base, { ...other, domain: base.domain }],
    [`Environment "other", domain: ${has('the domain "example.dev-one.it"')}`],
  ],
  [
    "a Slack channel, for whose settings Datadog has one resource",
    [base, { ...other, datadog: { slack: { alerts: channel } } }],
    [`Environment "other", datadog.slack.alerts: ${has(`the channel ${channel}`)}`],
  ],
  [
    "the Slack channel of a service",
    [
      base,
      { ...other, services: { api: { owner: "dev-one", apex: true, wildcard: true, alerts: { slack: channel } } } },
    ],
    [`Environment "other", services.api.alerts.slack: ${has(`the channel ${channel}`)}`],
  ],
  ...[
    ["a name and a stack of an environment before it", { ...other, name: "example-state" }, base] as const,
    ["a name and a stack of an environment after it", base, { ...other, name: "example-state" }] as const,
  ].map(([what, ...environments]): [string, EnvironmentProps[], string[]] => [
    what,
    environments,
    [
      'Environment "example-state", name: another environment already has a stack "example-state"; choose a name that does not end like the stacks of another.',
    ],
  ]),
])("environments may not share %s", (_, environments, lines) => {
  expect(linesAbout(...environments)).toEqual(lines);
});

test("environments are defined in their order, and may have channels of one name in two workspaces", () => {
  expect(defineEnvironments([base, other])).toEqual([defineEnvironment(base), defineEnvironment(other)]);
  const datadog = { slack: { account: "elsewhere", alerts: channel } };
  expect(defineEnvironments([base, { ...other, datadog }])).toHaveLength(2);
});

test("every problem of every environment is reported at once, in one line each", () => {
  const first = { ...base, accountId: "12345", scaling: { scaleInCpuPercent: 70 }, logRetentionDays: 31 };
  const second = {
    ...other,
    domain: base.domain,
    database: { ...base.database, majorVersion: 9 },
    vpcCidr: "10.0.0.1/8",
  };
  const lines = [
    'Environment "example", accountId: "12345" is not an AWS account id, 12 digits in quotes; write one such as "111122223333".',
    expect.stringMatching(
      /^Environment "example", logRetentionDays: 31 is not one of the values; write 30, 60, .* or 3653\.$/,
    ) as string,
    'Environment "example", scaling.scaleInCpuPercent: 70 % is not below the 60 % at which servers are added; lower it, or the group would grow and shrink at once.',
    'Environment "other", database.majorVersion: 9 is not a major version of PostgreSQL from 13 upwards; write one such as 17.',
    'Environment "other", vpcCidr: 10.0.0.1/8 does not start at the first address of its range; write 10.0.0.0/8.',
    `Environment "other", domain: ${has('the domain "example.dev-one.it"')}`,
  ];
  expect(linesAbout(first, second)).toEqual(lines);
});

test("the error of a configuration has where, what and what to do as fields of each problem", () => {
  const problem = {
    path: 'Environment "example", accountId',
    problem: '"1" is not an AWS account id, 12 digits in quotes',
    remedy: 'write one such as "111122223333"',
  };
  expect(() => defineEnvironment({ ...base, accountId: "1" })).toThrow(
    expect.objectContaining({ constructor: ConfigurationError, problems: [problem] }) as Error,
  );
});
