import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments, stackNames } from "../../../src/environments";
import { type MonitorName, type NotSimulated, readMonitors } from "./evaluator/monitor";
import { modelled } from "./evaluator/not-modelled";
import { failures } from "./failures";
import { type Environmental, episodesOf, type Outcome, outcomeOf } from "./outcome";
import { designOf } from "./platform/design";

/** The outcome of every failure in an environment, and what has none. */
export interface Trial {
  readonly environment: string;
  /** Empty when the platform has no model. */
  readonly outcomes: readonly Outcome[];
  /** One line for each monitor, or for the whole environment, that is not simulated. */
  readonly notSimulated: readonly string[];
  /** One line for each monitor that no failure fires. */
  readonly silent: readonly string[];
}

/** Every failure in every environment, the environment that pages first. @throws UserError when a stack is missing */
export function trialsOf(stacks: readonly SynthesizedStack[], of: readonly Environment[] = environments): Trial[] {
  const pages = ({ datadog }: Environment) => Number(datadog.paging.kind !== "none");
  return [...of].sort((one, other) => pages(other) - pages(one)).map((environment) => trialOf(environment, stacks));
}

function trialOf(environment: Environment, stacks: readonly SynthesizedStack[]): Trial {
  const { name } = environment;
  const stack = (each: string) => fromSynthesis(each, stackNamed(stacks, each).json);
  const names = stackNames(environment);
  const [platform, monitoring] = [stack(names.platform), stack(names.monitoring)];
  return modelled(
    () => ({
      environment: name,
      ...tried(name, { design: designOf(environment, platform), monitors: readMonitors(monitoring) }),
    }),
    (reason) => ({ environment: name, outcomes: [], notSimulated: [`not simulated: ${name}: ${reason}`], silent: [] }),
  );
}

function tried(environment: string, environmental: Environmental): Omit<Trial, "environment"> {
  const outcomes = failures.map((failure) => outcomeOf(failure, environmental));
  const sent = new Set(outcomes.flatMap((outcome) => [...outcome.sent]));
  const fired = new Set(outcomes.flatMap((outcome) => episodesOf(outcome).map(({ monitor }) => monitor)));
  const reasons = new Map(outcomes.flatMap((outcome) => [...outcome.notSimulated]));
  const notSimulated: NotSimulated[] = [...environmental.monitors.notSimulated];
  const silent: MonitorName[] = [];
  for (const monitor of environmental.monitors.all) {
    const unsent = monitor.metrics.find((metric) => !sent.has(metric));
    const reason =
      reasons.get(monitor) ?? (unsent === undefined ? undefined : `the model of the platform does not send ${unsent}`);
    if (fired.has(monitor)) continue;
    if (reason === undefined) silent.push(monitor);
    else notSimulated.push({ ...monitor, reason });
  }
  const nameOf = ({ title, metrics }: MonitorName) =>
    `${environment}: "${title}"${metrics.length === 0 ? "" : ` (${metrics.join(", ")})`}`;
  return {
    outcomes,
    notSimulated: notSimulated.map((each) => `not simulated: ${nameOf(each)}: ${each.reason}`),
    silent: silent.map((each) => `no failure fires ${nameOf(each)}`),
  };
}

/** A line for each monitor that is not simulated or that no failure fires, and their numbers; empty when there is none. */
export function linesOfTrials(trials: readonly Trial[]): string[] {
  const notSimulated = trials.flatMap((trial) => trial.notSimulated);
  const silent = trials.flatMap((trial) => trial.silent);
  if (notSimulated.length + silent.length === 0) return [];
  return [
    ...notSimulated,
    ...silent,
    `Not simulated: ${notSimulated.length}. Simulated, and fired by no failure: ${silent.length}.`,
  ];
}
