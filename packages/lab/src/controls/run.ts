import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";

import type { Model } from "../compile/model";
import type { Control, ScenarioResult } from "../evidence/lab-figures";
import type { Environment } from "../hosts/environment";
import { type LabScenario, runLabScenario } from "../scenarios/lab-scenario";
import type { Mutation } from "./mutations";

export interface Controls {
  readonly json: JsonObject;
  /** The stack without a mutation, which is in place again at the end. */
  readonly promised: Model;
  readonly scenarios: readonly LabScenario[];
  /** Scenarios that take a minute: they run only for what they should notice, when the others do not, and at all resources at once. */
  readonly underLoad: readonly LabScenario[];
  readonly mutations: readonly Mutation[];
}

/** Runs the scenarios on each mutation of a stack: first those that should notice it, then all others at once. */
export async function runControls(
  environment: Environment,
  { json, promised, scenarios, underLoad, mutations }: Controls,
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
      if (result.outcome === "unnoticed") {
        // What no scenario notices at all resources at once, none notices at one of them.
        const together = others.length === 0 ? result : await runControl(rest);
        if (together.outcome === "unnoticed") {
          add(rest, await differenceIn(underLoad.filter(shouldNotice(first)).map((each) => [each])));
          break;
        }
      }
      add([first], result);
      rest = others;
    }
  }
  await environment.apply(json);
  return controls;

  async function runControl(all: readonly Mutation[]): Promise<Result> {
    try {
      await environment.apply(all.reduce((worse, { apply }) => apply(worse), json));
    } catch (error) {
      if (!(error instanceof UserError) || signal.aborted) throw error;
      return { ...UNNOTICED, outcome: "refused", difference: error.message };
    }
    const isFirst = shouldNotice(all[0]);
    const others = scenarios.filter((each) => !isFirst(each));
    return differenceIn([...scenarios.filter(isFirst).map((each) => [each]), others]);
  }

  /** The first difference that a scenario sees in what runs. @param groups scenarios that run at the same time, one group after the other */
  async function differenceIn(groups: readonly (readonly LabScenario[])[]): Promise<Result> {
    const context = { environment, promised, signal, say: () => undefined };
    for (const group of groups) {
      signal.throwIfAborted();
      const results = await Promise.all(group.map((scenario) => runLabScenario(scenario, context)));
      const broken = results.flatMap(brokenIn)[0];
      if (broken !== undefined) return { outcome: "noticed", ...broken };
    }
    return UNNOTICED;
  }
}

/** Whether a scenario names the type of a mutation, or the type and the argument, as what it notices. */
const shouldNotice =
  (mutation: Mutation | undefined) =>
  ({ notices }: LabScenario): boolean =>
    notices.some((each) => `${mutation?.type ?? ""} ${mutation?.change ?? ""}`.startsWith(`${each} `));

const UNNOTICED: Result = { outcome: "unnoticed", scenario: "", sentence: "", difference: "" };

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
