import { UserError } from "@dev-one/cli/user-error";

import type { Limit, Run, ScenarioName } from "./figures";
import { sum } from "./statistics";

export const TITLES: Readonly<Record<ScenarioName, string>> = {
  shipped: "keep-alive, answered by nginx itself",
  service: "keep-alive, through the service to the database",
  "long-poll": "long polls, through the service",
  stock: "keep-alive, with Debian's own configuration",
  limit: "the highest number that is held",
};

const SUBJECTS: Readonly<Partial<Record<ScenarioName, string>>> = {
  service: "connections through the service",
  "long-poll": "long polls through the service",
  stock: "connections to Debian's own configuration",
};

/** Result of a run, in one sentence without its full stop. */
export function finding(run: Omit<Run, "finding">): string {
  const { scenario, connections, held, errors, plateau, requests } = run;
  const subject = SUBJECTS[scenario] ?? "connections";
  if (!isHeld(run)) {
    const total = sum(requests.map((each) => each.total));
    return `${count(held)} of ${count(connections)} ${subject} held; ${Math.round((errors / total) * 100)} % of the requests failed`;
  }
  const latency = requests.map(({ name, p99 }) => {
    if (scenario === "long-poll") return `answered ${milliseconds(p99)} late at p99`;
    return `${requests.length > 1 ? `${name} ` : ""}p99 ${milliseconds(p99)}`;
  });
  const rate = scenario === "long-poll" ? [] : [`${count(run.requestsPerSecond)} requests/s`];
  const seconds = Math.round(plateau.to - plateau.from);
  return `${count(connections)} ${subject} held for ${seconds} s without an error: ${[...rate, ...latency].join(", ")}`;
}

export function limitFinding(limit: Pick<Limit, "held" | "failed" | "ceiling" | "reasons">): string {
  const held = `${count(limit.held)} connections held without an error`;
  if (limit.failed === null) return `${held}; the search ended there, by ${limit.ceiling.reason}`;
  const reason = limit.reasons[0]?.replace(/^\w+: | \(.*\)$/g, "") ?? "no log names the reason";
  return `${held}, ${count(limit.failed)} not: ${reason}`;
}

/** Other programs that take more of the machine's CPU than this share make latency longer. */
export const FOREIGN_CPU_PERCENT = 10;

/** A warning for figures that were measured while other programs took much of the CPU. @param percentOfCore mean during the measurement */
export function foreignCpuWarning(percentOfCore: number | null, cores: number): string | undefined {
  const percent = Math.round((percentOfCore ?? 0) / cores);
  if (percent <= FOREIGN_CPU_PERCENT) return undefined;
  return `Other programs took ${percent} % of the CPU meanwhile`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Two significant digits below ten, whole numbers above. */
export function milliseconds(value: number | null): string {
  if (value === null) return "unknown";
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} ms`;
}

/** With at least this many connections, the run must prove the design's claim, so the control has to fail. */
const CLAIMED_CONNECTIONS = 10_000;

/** Whether all connections were held without an error. */
export function isHeld({ errors, held, connections }: Pick<Run, "errors" | "held" | "connections">): boolean {
  return errors === 0 && held >= connections;
}

/**
 * No run except the control may fail. The control has to fail, because otherwise the comparison shows no difference.
 * @throws UserError that names the first run with another outcome
 */
export function refuseFailure(runs: readonly Run[], output: string): void {
  const failed = runs.find((run) => run.scenario !== "stock" && !isHeld(run));
  if (failed !== undefined) {
    throw new UserError(
      `${failed.finding} (${failed.reasons.join("; ") || "no log names the reason"}): see ${output}.`,
    );
  }
  const control = runs.find(({ scenario }) => scenario === "stock");
  if (control !== undefined && control.connections >= CLAIMED_CONNECTIONS && isHeld(control)) {
    throw new UserError(
      `Debian's own configuration held ${control.connections} connections, too, so that the comparison shows nothing on this machine: ask for more with --connections.`,
    );
  }
}
