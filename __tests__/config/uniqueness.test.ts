import { ConfigurationError, defineEnvironment, defineEnvironments, type EnvironmentProps } from "../../src/config";
import { base } from "./mistakes/mistake";

const other: EnvironmentProps = { ...base, name: "other", accountId: "888899990000", domain: "other.dev-one.it" };

/** What is reported about the base and an environment beside it. */
function refused(...environments: readonly EnvironmentProps[]): () => unknown {
  return () => defineEnvironments(environments);
}

describe("environments beside each other", () => {
  test("are defined in their order", () => {
    expect(defineEnvironments([base, other])).toEqual([defineEnvironment(base), defineEnvironment(other)]);
  });

  test("may not share a name", () => {
    expect(refused(base, { ...other, name: "example" })).toThrow(
      new Error(
        'Environment 2 ("example"), name: another environment already has the name "example"; give each its own.',
      ),
    );
  });

  test("are reported once when three of them share a name", () => {
    const third = { ...other, name: "example", accountId: "666655554444", domain: "third.dev-one.it" };
    expect(refused(base, { ...other, name: "example" }, third)).toThrow(
      new Error(
        ["2", "3"]
          .map(
            (number) =>
              `Environment ${number} ("example"), name: another environment already has the name "example"; give each its own.`,
          )
          .join("\n"),
      ),
    );
  });

  test.each([
    ["before", [{ ...other, name: "example-state" }, base]],
    ["after", [base, { ...other, name: "example-state" }]],
  ])("may not have a name that is a stack of another %s it", (_where, environments) => {
    expect(refused(...environments)).toThrow(
      new Error(
        'Environment "example-state", name: another environment already has a stack "example-state"; choose a name that does not end like the stacks of another.',
      ),
    );
  });

  // One account has one identity provider of GitHub, and a plan with another environment's credentials must fail.
  test("may not share an account", () => {
    expect(refused(base, { ...other, accountId: base.accountId })).toThrow(
      new Error(
        'Environment "other", accountId: another environment already has the accountId "777788889999"; give each its own.',
      ),
    );
  });

  test("may not share a domain", () => {
    expect(refused(base, { ...other, domain: base.domain })).toThrow(
      new Error(
        'Environment "other", domain: another environment already has the domain "example.dev-one.it"; give each its own.',
      ),
    );
  });

  test("may not write to one Slack channel: Datadog has one resource for its settings", () => {
    expect(refused(base, { ...other, datadog: { slack: { alerts: "#dev-one-example-alerts" } } })).toThrow(
      new Error(
        'Environment "other", datadog.slack.alerts: another environment already has the channel #dev-one-example-alerts; give each its own.',
      ),
    );
  });

  test("may have channels of one name in two workspaces", () => {
    const slack = { account: "elsewhere", alerts: "#dev-one-example-alerts" };
    expect(defineEnvironments([base, { ...other, datadog: { slack } }])).toHaveLength(2);
  });
});

test("every problem of every environment is reported at once, in its fields and in one line each", () => {
  const first = { ...base, accountId: "12345", scaling: { scaleInCpuPercent: 70 }, logRetentionDays: 31 };
  const second = {
    ...other,
    domain: base.domain,
    database: { ...base.database, majorVersion: 9 },
    vpcCidr: "10.0.0.1/8",
  };
  let thrown: unknown;
  try {
    defineEnvironments([first as unknown as EnvironmentProps, second]);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigurationError);
  const { problems, message } = thrown as ConfigurationError;
  expect(problems).toEqual([
    {
      path: 'Environment "example", accountId',
      problem: '"12345" is not an AWS account id, 12 digits in quotes',
      remedy: 'write one such as "111122223333"',
    },
    {
      path: 'Environment "example", logRetentionDays',
      problem: "31 is not one of the values",
      remedy: expect.stringMatching(/^write 30, 60, .* or 3653$/) as string,
    },
    {
      path: 'Environment "example", scaling.scaleInCpuPercent',
      problem: "70 % is not below the 60 % at which servers are added",
      remedy: "lower it, or the group would grow and shrink at once",
    },
    {
      path: 'Environment "other", database.majorVersion',
      problem: "9 is not a major version of PostgreSQL from 13 upwards",
      remedy: "write one such as 17",
    },
    {
      path: 'Environment "other", vpcCidr',
      problem: "10.0.0.1/8 does not start at the first address of its range",
      remedy: "write 10.0.0.0/8",
    },
    {
      path: 'Environment "other", domain',
      problem: 'another environment already has the domain "example.dev-one.it"',
      remedy: "give each its own",
    },
  ]);
  expect(message.split("\n")).toEqual(problems.map(({ path, problem, remedy }) => `${path}: ${problem}; ${remedy}.`));
});
