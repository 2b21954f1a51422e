import { evaluate, type Evaluation, type Notification } from "./evaluator/evaluate";
import type { Monitor, Monitors } from "./evaluator/monitor";
import { courseOf, type Failure } from "./failures";
import type { Design } from "./platform/design";
import { simulate } from "./platform/platform";

/** What the monitors of an environment made of a failure. */
export interface Outcome {
  readonly failure: Failure;
  /** Everything that was told, in order; minutes count from when it began. */
  readonly notifications: readonly Notification[];
  /** Minutes that were looked at, from when it began. */
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

/** What a monitor became while it was not OK: once, from the first group's change to the last one's end. */
export interface Episode {
  readonly monitor: Monitor;
  /** The worst that it became. */
  readonly status: "Alert" | "No Data" | "Warn";
  readonly groups: number;
  readonly from: number;
  /** When its last group was OK again; undefined if it was not within what was looked at. */
  readonly until: number | undefined;
  /** Everybody who was told, of the beginning or the end. */
  readonly to: readonly string[];
}

const WORST = ["Alert", "No Data", "Warn"] as const;

/** Every monitor that was not OK, in the order in which they began. */
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
