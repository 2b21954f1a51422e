import { defineEnvironment, type EnvironmentProps } from "../../src/config";
import { datadogMistakes } from "./mistakes/datadog";
import { base, changedSettings, inServers, linesAbout, setting } from "./mistakes/mistake";
import { networkMistakes } from "./mistakes/network";
import { serviceMistakes } from "./mistakes/services";
import { settingMistakes } from "./mistakes/settings";

const refusals = Object.entries({ ...networkMistakes, ...serviceMistakes, ...settingMistakes, ...datadogMistakes });

const lineOf = (message: string, { name }: EnvironmentProps) => `Environment ${JSON.stringify(name)}, ${message}.`;

test.each(refusals)("refuses %s", (message, mistake) => {
  const props = mistake(base);
  expect(linesAbout(props)).toEqual([lineOf(message, props)]);
  // Where, what is wrong, and what to do.
  expect(message).toMatch(/^[^;\n]+: [^;\n]+; [^;\n]+$/);
});

test("reports two mistakes together, if neither is in a setting by which the other is found", () => {
  const known = refusals.map((refusal) => {
    const [, mistake] = refusal;
    const changes = changedSettings(mistake);
    return { refusal, changes, reads: [...changes, ...(mistake.reads ?? [])] };
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
  const hidden = sample.filter(([[one, mistake], [other, second]]) => {
    const props = second(mistake(base));
    const reported = linesAbout(props);
    return [one, other].some((message) => !reported.includes(lineOf(message, props)));
  });
  expect(hidden.map(([[one], [other]]) => `${one}, and ${other}`)).toEqual([]);
});

/** Whether a setting of one list is one of the other, or part of it. */
function overlap(some: readonly string[], others: readonly string[]): boolean {
  return some.some((one) =>
    others.some((other) => `${one}.`.startsWith(`${other}.`) || `${other}.`.startsWith(`${one}.`)),
  );
}

test("an environment without a name is called by its position", () => {
  expect(linesAbout(setting({ name: undefined })(base))).toEqual([
    "Environment 1 (without a name), name: is missing; write a lower-case DNS label such as staging.",
  ]);
});

test("names every server whose target group's name would be too long", () => {
  expect(linesAbout(setting({ name: "a-very-long-environment" })(base))).toEqual(
    [1, 2, 3, 4].map(
      (server) =>
        `Environment "a-very-long-environment", zones[0].servers.api-${server}: its target group's name would have 37 characters, and AWS allows 32; shorten the name of the server or of the environment.`,
    ),
  );
});

test("a peak of exactly what the named servers hold without one zone passes, one less does not", () => {
  expect(linesAbout(inServers({ peakConnections: 40_000 })(base))).toEqual([]);
  expect(linesAbout(inServers({ peakConnections: 39_999 })(base))).toHaveLength(1);
});

test("a defined environment passes as it stands", () => {
  const environment = defineEnvironment(base);
  expect(defineEnvironment(environment)).toEqual(environment);
});
