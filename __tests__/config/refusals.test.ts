import { ConfigurationError, defineEnvironment, type EnvironmentProps, type Problem } from "../../src/config";
import { datadogMistakes } from "./mistakes/datadog";
import { malformedValues } from "./mistakes/malformed";
import { networkMistakes } from "./mistakes/network";
import { base, changedSettings, inServers, type Refusal, setting } from "./mistakes/refusal";
import { settingMistakes } from "./mistakes/settings";

const refusals = [...networkMistakes, ...settingMistakes, ...datadogMistakes, ...malformedValues];

function problemsOf(props: EnvironmentProps): readonly Problem[] {
  try {
    defineEnvironment(props);
    return [];
  } catch (error) {
    if (error instanceof ConfigurationError) return error.problems;
    throw error;
  }
}

function expected({ path, problem, remedy }: Refusal, { name }: EnvironmentProps): Problem {
  const label = `Environment ${JSON.stringify(name)}`;
  return { path: path === "" ? label : `${label}, ${path}`, problem, remedy };
}

test.each(refusals)("refuses $name", (refusal) => {
  const props = refusal.mistake(base);
  expect(problemsOf(props)).toEqual([expected(refusal, props)]);
});

test.each(refusals)("says in one line what is wrong with $name, and what to do", ({ mistake }) => {
  const attempt = () => defineEnvironment(mistake(base));
  expect(attempt).toThrow(/^Environment "[^;\n]+: [^;\n]+; [^;\n]+\.$/);
  expect(attempt).not.toThrow(/\.\.|;;|::|undefined|null|\[object/);
});

test("reports two mistakes together, if neither is in a setting by which the other is found", () => {
  const known = refusals.map((refusal) => {
    const changes = changedSettings(refusal.mistake);
    return { refusal, changes, reads: [...changes, ...(refusal.reads ?? [])] };
  });
  const pairs = known.flatMap((one, index) =>
    known
      .slice(0, index)
      .filter((other) => !overlap(one.changes, other.reads) && !overlap(other.changes, one.reads))
      .map((other) => [one.refusal, other.refusal] as const),
  );
  expect(pairs.length).toBeGreaterThan(4000);
  // Every fifth pair, which is each mistake with many others: all of them take seconds.
  const sample = pairs.filter((_, index) => index % 5 === 0);
  const hidden = sample.filter(([one, other]) => {
    const props = other.mistake(one.mistake(base));
    const reported = problemsOf(props).map(({ path, problem, remedy }) => [path, problem, remedy].join());
    return [one, other].some((each) => !reported.includes(Object.values(expected(each, props)).join()));
  });
  expect(hidden.map(([one, other]) => `${one.name}, and ${other.name}`)).toEqual([]);
});

/** Whether a setting of one list is one of the other, or part of it. */
function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) =>
    others.some((other) => `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`)),
  );
}

test("an environment without a name is called by its position", () => {
  expect(problemsOf(setting({ name: undefined })(base))).toEqual([
    {
      path: "Environment 1 (without a name), name",
      problem: "is missing",
      remedy: "write a lower-case DNS label such as staging",
    },
  ]);
});

test("names every server whose target group's name would be too long", () => {
  const problems = problemsOf(setting({ name: "a-very-long-environment" })(base));
  expect(problems.map(({ path }) => path)).toEqual(
    [1, 2, 3, 4].map((server) => `Environment "a-very-long-environment", zones[0].servers.api-${server}`),
  );
  expect(problems[0]).toMatchObject({
    problem: "its target group's name would have 37 characters, and AWS allows 32",
    remedy: "shorten the name of the server or of the environment",
  });
});

test("a peak of exactly what the named servers hold without one zone passes, one less does not", () => {
  expect(problemsOf(inServers({ peakConnections: 40_000 })(base))).toEqual([]);
  expect(problemsOf(inServers({ peakConnections: 39_999 })(base))).toHaveLength(1);
});

test("a defined environment passes as it stands", () => {
  const environment = defineEnvironment(base);
  expect(defineEnvironment(environment)).toEqual(environment);
});
