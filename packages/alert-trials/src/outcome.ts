import { evaluate, type Evaluated } from "./evaluator/evaluate";
import type { EmptyWindow } from "./evaluator/group";
import type { Monitor, Monitors } from "./evaluator/monitor";
import { courseOf, type Failure } from "./failures";
import type { Design } from "./platform/design";
import { simulate } from "./platform/platform";

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
