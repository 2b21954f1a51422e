import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import type { Model } from "../compile/model";
import type { Control, ScenarioResult } from "../evidence/lab-figures";
import type { Environment } from "../hosts/environment";
import { type LabScenario, runLabScenario } from "../scenarios/lab-scenario";
import type { Mutation } from "./mutations";

/**
 * Runs the scenarios on each mutation of a stack: first those that should notice it, then all others at once.
 * @param promised the stack without a mutation, which is in place again at the end
 */
export async function runControls(
  environment: Environment,
  {
    json,
    promised,
    scenarios,
    mutations,
  }: {
    readonly json: JsonObject;
    readonly promised: Model;
    readonly scenarios: readonly LabScenario[];
    readonly mutations: readonly Mutation[];
  },
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<Control[]> {
  const controls: Control[] = [];
  const add = (all: readonly Mutation[], result: Result): void => {
    for (const { address, change } of all) controls.push({ address, change, ...result });
    const by = result.scenario === "" ? "" : ` by ${result.scenario}`;
    const what = all.length === 1 ? (all[0]?.address ?? "") : `${all.length} times ${all[0]?.type ?? ""}`;
    say(`  ${controls.length} of ${mutations.length}: ${result.outcome}${by}: ${what}: ${all[0]?.change ?? ""}`);
  };
  for (const kind of kindsOf(mutations)) {
    let rest = kind;
    while (rest.length > 0) {
      const [first, ...others] = rest as [Mutation, ...Mutation[]];
      const result = await runControl([first]);
      add([first], result);
      rest = others;
      if (result.outcome !== "unnoticed" || others.length < 2) continue;
      // What no scenario notices at all resources at once, none notices at one of them.
      const together = await runControl(others);
      if (together.outcome !== "unnoticed") continue;
      add(others, together);
      rest = [];
    }
  }
  await environment.apply(json);
  return controls;

  async function runControl(all: readonly Mutation[]): Promise<Result> {
    signal.throwIfAborted();
    const none = { scenario: "", sentence: "", difference: "" };
    try {
      await environment.apply(all.reduce((worse, { apply }) => apply(worse), json));
    } catch (error) {
      if (!(error instanceof UserError) || signal.aborted) throw error;
      return { ...none, outcome: "refused", difference: error.message };
    }
    const context = { environment, promised, signal, say: () => undefined };
    const isFirst = ({ notices }: LabScenario): boolean => notices.includes(all[0]?.type ?? "");
    const others = scenarios.filter((each) => !isFirst(each));
    for (const group of [...scenarios.filter(isFirst).map((each) => [each]), others]) {
      const results = await Promise.all(group.map((scenario) => runLabScenario(scenario, context)));
      const broken = results.flatMap(brokenIn)[0];
      if (broken !== undefined) return { outcome: "noticed", ...broken };
    }
    return { ...none, outcome: "unnoticed" };
  }
}

type Result = Omit<Control, "address" | "change">;

/** Mutations with the same type and change. */
function kindsOf(mutations: readonly Mutation[]): Mutation[][] {
  const kinds = new Map<string, Mutation[]>();
  for (const mutation of mutations) {
    const kind = `${mutation.type} ${mutation.change}`;
    kinds.set(kind, [...(kinds.get(kind) ?? []), mutation]);
  }
  return [...kinds.values()];
}

const brokenIn = ({
  scenario,
  answers,
}: ScenarioResult): { scenario: string; sentence: string; difference: string }[] =>
  answers.filter(({ holds }) => !holds).map(({ sentence, measured }) => ({ scenario, sentence, difference: measured }));
