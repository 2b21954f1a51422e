import { UserError } from "@dev-one/cli/user-error";

import { compile } from "../../src/compile/model";
import type { Mutation } from "../../src/controls/mutations";
import { type Controls, runControls } from "../../src/controls/run";
import type { Environment } from "../../src/hosts/environment";
import { failuresIn, lastFailureIn, reasonsIn } from "../../src/scenarios/failures";
import type { LabScenario } from "../../src/scenarios/lab-scenario";
import { aStack } from "./stack";

describe("negative controls", () => {
  let applied: readonly string[] = [];
  const environment = {
    apply: (json: { changes?: readonly string[] }) => {
      applied = json.changes ?? [];
      return applied.includes("a unbuildable") ? Promise.reject(new UserError("a: not built.")) : Promise.resolve();
    },
  } as unknown as Environment;
  const mutation = (address: string, change: string): Mutation => {
    const apply: Mutation["apply"] = (json) => ({
      ...json,
      changes: [...((json.changes as string[] | undefined) ?? []), `${address} ${change}`],
    });
    return { address, type: "aws_lb", change, apply };
  };
  const ran: string[] = [];
  /** Fails when a change with one of these words is in place. */
  const scenario = (name: string, notices: readonly string[], ...words: readonly string[]): LabScenario => ({
    ...{ name, title: name, notices },
    run: () => {
      ran.push(name);
      const holds = !applied.some((change) => words.some((word) => change.includes(word)));
      return Promise.resolve({ answers: [{ sentence: `${name} holds`, holds, measured: "" }], figures: {} });
    },
  });
  const run = (mutations: readonly Mutation[], underLoad: readonly LabScenario[] = []) => {
    const work: Controls = {
      ...{ json: {}, promised: compile("shop", aStack(), 2), mutations, underLoad },
      scenarios: [scenario("packets", [], "port"), scenario("names", ["aws_lb"], "record")],
    };
    return runControls(environment, work, new AbortController().signal, () => undefined);
  };

  beforeEach(() => {
    ran.length = 0;
  });

  test("are noticed by the first scenario that fails, and what should notice them is tried first", async () => {
    const controls = await run([mutation("a", "record is 1"), mutation("a", "port is 81")]);
    expect(controls.map(({ outcome, scenario: by }) => [outcome, by])).toEqual([
      ["noticed", "names"],
      ["noticed", "packets"],
    ]);
    expect(ran).toEqual(["names", "names", "packets"]);
    expect(applied).toEqual([]);
  });

  test("that cannot be built are refused with the reason", async () => {
    expect(await run([mutation("a", "unbuildable")])).toMatchObject([
      { outcome: "refused", difference: "a: not built." },
    ]);
  });

  test("under load run once for all resources with a change that the scenario names and no other one notices", async () => {
    const load = scenario("load", ["aws_lb delay", "aws_lb timeout"], "delay");
    const kinds = ["a", "b", "c"].flatMap((address) => [
      mutation(address, "delay is 0"),
      mutation(address, "weight is 2"),
    ]);
    const controls = await run([...kinds, mutation("a", "timeout is 1")], [load]);
    const outcomes = controls.map(
      ({ address, change, outcome, scenario: by }) => `${address} ${change}: ${outcome} ${by}`,
    );
    expect(outcomes).toEqual([
      ...["a", "b", "c"].map((address) => `${address} delay is 0: noticed load`),
      ...["a", "b", "c"].map((address) => `${address} weight is 2: unnoticed `),
      "a timeout is 1: unnoticed ",
    ]);
    expect(ran.filter((name) => name === "load")).toHaveLength(2);
  });
});

describe("failures of a load", () => {
  const second = (failed: Record<string, number>) => {
    return { planned: 5, succeeded: {}, failed, latency: {}, answered: 0, open: {} };
  };
  const results = [
    { name: "one", reopened: 0, seconds: [second({}), second({ "a status 503": 2 }), second({})] },
    { name: "other", reopened: 0, seconds: [second({ "b timeout": 1 }), second({}), second({ "a status 503": 4 })] },
  ];

  test("are counted by the second in which their requests were sent", () => {
    expect(failuresIn(results, { from: 1, to: 3 })).toBe(6);
    expect(failuresIn(results, { from: -2, to: 1 })).toBe(1);
    expect(lastFailureIn(results, { from: 0, to: 2 })).toBe(1);
    expect(lastFailureIn(results, { from: 0, to: Infinity })).toBe(2);
    expect(lastFailureIn(results.slice(0, 1), { from: 2, to: 3 })).toBeUndefined();
  });

  test("have reasons", () => {
    expect(reasonsIn(results, { from: 0, to: 3 })).toBe("a status 503, b timeout");
  });
});
