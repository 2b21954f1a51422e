import { fixture, sandbox } from "../fixtures/environment";
import { printedAdvice, synthesizeTogether } from "../support/synthesis";

test("nothing is printed on a day without advice", () => {
  expect(printedAdvice(fixture, "2026-04-04")).toEqual([]);
});

test("the end of Opsgenie is printed in one line, from a year before", () => {
  expect(printedAdvice(fixture, "2026-04-05")).toEqual([
    expect.stringMatching(/^Advice: Environment "fixture": Opsgenie ends in 365 days/),
  ]);
});

test("a site of Datadog that is far away is printed, with the one that is near", () => {
  expect(printedAdvice(sandbox, "2026-04-04")).toEqual([
    expect.stringContaining('datadog.site "datadoghq.com" is near it'),
  ]);
});

test("nothing is printed under the CDKTF CLI, which prints advice itself", () => {
  expect(printedAdvice(fixture, "2027-01-05", { CDKTF_CONTEXT_JSON: "{}" })).toEqual([]);
});

test("advice does not change the synthesized JSON", () => {
  const json = (day: string) =>
    synthesizeTogether([fixture], day).flatMap(({ stacks }) => stacks.map((stack) => stack.json));
  expect(json("2027-03-01")).toEqual(json("2026-04-04"));
});
