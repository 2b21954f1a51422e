import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments, stackNames } from "../../../src/environments";
import { evaluate, type Evaluated } from "./evaluator/evaluate";
import type { EmptyWindow } from "./evaluator/group";
import { type Monitor, type Monitors, readMonitors } from "./evaluator/monitor";
import { modelled } from "./evaluator/not-modelled";
import { courseOf, type Failure, failuresOf } from "./failures";
import { type Design, designOf } from "./platform/design";
import { simulate } from "./platform/platform";

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
  const outcomes = failuresOf(environmental.design.environment).map((failure) => outcomeOf(failure, environmental));
  const sent = new Set(outcomes.flatMap((outcome) => [...outcome.sent]));
  const fired = new Set(outcomes.flatMap((outcome) => episodesOf(outcome).map(({ monitor }) => monitor)));
  const reasons = new Map(outcomes.flatMap((outcome) => [...outcome.notSimulated]));
  const { all, notSimulated } = environmental.monitors;
  const notFired = all
    .filter((monitor) => !fired.has(monitor))
    .map((monitor) => {
      const unsent = monitor.metrics.find((metric) => !sent.has(metric));
      const isUnsent = unsent === undefined ? undefined : `the model of the platform does not send ${unsent}`;
      return { ...monitor, reason: reasons.get(monitor) ?? isUnsent };
    });
  const named = [...notSimulated, ...notFired].map(({ title, metrics, reason }) => {
    return { reason, name: `${environment}: "${title}"${metrics.length === 0 ? "" : ` (${metrics.join(", ")})`}` };
  });
  return {
    outcomes,
    notSimulated: named.flatMap(({ name, reason }) =>
      reason === undefined ? [] : `not simulated: ${name}: ${reason}`,
    ),
    silent: named.flatMap(({ name, reason }) => (reason === undefined ? `no failure fires ${name}` : [])),
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

/** The notifications and statuses of an environment's monitors in a failure; minutes count from the start of the failure. */
export interface Outcome extends Evaluated {
  readonly failure: Failure;
  /** Metrics and service checks that the model of the platform sent. */
  readonly sent: ReadonlySet<string>;
}

export interface Environmental {
  readonly design: Design;
  readonly monitors: Monitors;
}

export function outcomeOf(failure: Failure, { design, monitors }: Environmental, emptyWindow?: EmptyWindow): Outcome {
  const course = courseOf(failure, design);
  const telemetry = simulate(design, course);
  const { metrics, distributions, checks } = telemetry;
  const { notifications, notSimulated } = evaluate(monitors, telemetry, emptyWindow);
  return {
    failure,
    notifications: notifications.map((each) => ({ ...each, minute: each.minute - course.begins })),
    notSimulated,
    sent: new Set([...metrics.keys(), ...distributions.keys(), ...checks.keys()]),
  };
}

/** Whether a handle pages on call. */
export function isPager(handle: string): boolean {
  return /^@(opsgenie|oncall)-/.test(handle);
}

/** One period in which a monitor was not OK, from the change of the first group to the recovery of the last one. */
export interface Episode {
  readonly monitor: Monitor;
  /** The most severe status. */
  readonly status: "Alert" | "No Data" | "Warn";
  readonly groups: number;
  readonly from: number;
  /** The minute in which its last group was OK again; undefined if that is after the evaluated minutes. */
  readonly until: number | undefined;
  /** The recipients of every notification, of the alert or the recovery. */
  readonly to: readonly string[];
}

const WORST = ["Alert", "No Data", "Warn"] as const;

/** Every monitor that was not OK, in the order of their first change. */
export function episodesOf({ notifications }: Pick<Outcome, "notifications">): Episode[] {
  const monitors = [...new Set(notifications.map(({ monitor }) => monitor))];
  return monitors.flatMap((monitor) => {
    const own = notifications.filter((each) => each.monitor === monitor);
    const changes = own.flatMap(({ event, group, minute }) =>
      event.kind === "transition" ? [{ group: JSON.stringify(group), to: event.to, minute }] : [],
    );
    const status = WORST.find((each) => changes.some(({ to }) => to === each));
    if (status === undefined) return [];
    const last = new Map(changes.map(({ group, to }) => [group, to]));
    return [
      {
        monitor,
        status,
        groups: last.size,
        from: own[0]?.minute ?? 0,
        until: [...last.values()].every((each) => each === "OK") ? changes.at(-1)?.minute : undefined,
        to: [...new Set(own.flatMap(({ to }) => to))],
      },
    ];
  });
}
