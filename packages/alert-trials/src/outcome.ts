import { evaluate, type Evaluation, type Notification } from "./evaluator/evaluate";
import type { Monitor, Monitors } from "./evaluator/monitor";
import { courseOf, type Failure } from "./failures";
import type { Design } from "./platform/design";
import { simulate } from "./platform/platform";

/** The notifications and statuses of an environment's monitors in a failure. */
export interface Outcome {
  readonly failure: Failure;
  /** Every notification, in order; minutes count from the start of the failure. */
  readonly notifications: readonly Notification[];
  /** Minutes that were evaluated, from the start of the failure. */
  readonly until: number;
}

export interface Environmental {
  readonly design: Design;
  readonly monitors: Monitors;
}

export function outcomeOf(failure: Failure, { design, monitors }: Environmental, how: Evaluation = {}): Outcome {
  const course = courseOf(failure, design);
  const telemetry = simulate(design, course);
  return {
    failure,
    notifications: evaluate(monitors, telemetry, how).map((each) => ({ ...each, minute: each.minute - course.begins })),
    until: course.minutes - course.begins,
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
export function episodesOf({ notifications }: Outcome): Episode[] {
  const monitors = [...new Set(notifications.map(({ monitor }) => monitor))];
  return monitors.flatMap((monitor) => {
    const own = notifications.filter((each) => each.monitor === monitor);
    const became = own.flatMap(({ event }) => (event.kind === "transition" ? [event.to] : []));
    const status = WORST.find((each) => became.includes(each));
    const first = own[0];
    if (status === undefined || first === undefined) return [];
    const open = new Map<string, string>();
    for (const { group, event } of own) {
      if (event.kind === "transition") open.set(JSON.stringify(group), event.to);
    }
    const isOver = [...open.values()].every((each) => each === "OK");
    const last = own.filter(({ event }) => event.kind === "transition").at(-1);
    return [
      {
        monitor,
        status,
        groups: open.size,
        from: first.minute,
        until: isOver ? last?.minute : undefined,
        to: [...new Set(own.flatMap(({ to }) => to))],
      },
    ];
  });
}
