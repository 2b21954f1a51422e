import type { LeftOut, Measurement } from "./measure";

/** Target: the synthesis of all stacks, as a whole process, takes at most this multiple of the time to load CDKTF alone. */
const MOST_TIMES_THE_FLOOR = 3;

/** The ratio to the floor and, for a command with a target, whether it is met. */
export function verdictOf(
  { medianSeconds }: Measurement,
  floor: Measurement | LeftOut | undefined,
  hasTarget: boolean,
): string {
  if (floor === undefined || "reason" in floor) return "not known";
  const ratio = medianSeconds / floor.medianSeconds;
  const verdict = `, ${ratio <= MOST_TIMES_THE_FLOOR ? "met" : "missed"}: at most ${MOST_TIMES_THE_FLOOR}`;
  return `${ratio.toFixed(2)}${hasTarget ? verdict : ""}`;
}
