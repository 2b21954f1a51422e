import type { LeftOut, Measurement } from "./measure";

/** Target: the synthesis of all stacks, as a whole process, takes at most this multiple of the time to load CDKTF alone. */
const MOST_TIMES_THE_FLOOR = 3;

export interface Target {
  /** Name of the measured command. */
  readonly name: string;
  readonly timesTheFloor: number;
  readonly atMost: number;
  readonly met: boolean;
}

/** @returns undefined when one of the two could not be measured */
export function targetOf(floor: Measurement | LeftOut, subject: Measurement | LeftOut): Target | undefined {
  if (!("medianSeconds" in floor) || !("medianSeconds" in subject)) return undefined;
  const timesTheFloor = subject.medianSeconds / floor.medianSeconds;
  const atMost = MOST_TIMES_THE_FLOOR;
  return { name: subject.name, timesTheFloor, atMost, met: timesTheFloor <= atMost };
}

/** One sentence for a table's cell. */
export function verdictOf(target: Target | undefined): string {
  if (target === undefined) return "not known";
  return `${target.met ? "met" : "missed"}: at most ${target.atMost}`;
}
