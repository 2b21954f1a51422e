import type { Limit, Run, ScenarioName } from "../evidence";

export const TITLES: Readonly<Record<ScenarioName, string>> = {
  shipped: "keep-alive, answered by nginx itself",
  service: "keep-alive, through the service to the database",
  "long-poll": "long polls, through the service",
  stock: "keep-alive, with Debian's own configuration",
  limit: "the highest number that is held",
};

const SUBJECTS: Readonly<Record<ScenarioName, string>> = {
  shipped: "connections",
  service: "connections through the service",
  "long-poll": "long polls through the service",
  stock: "connections to Debian's own configuration",
  limit: "connections",
};

type Figures = Omit<Run, "finding">;

/** Summary of a run in one line. */
export function headline({ held, connections, errors, requestsPerSecond }: Figures): string {
  const failed = errors === 0 ? "no error" : `${count(errors)} errors`;
  return `${count(held)} of ${count(connections)} held, ${count(requestsPerSecond)} requests/s, ${failed}`;
}

/** Result of a run, in one sentence without its full stop. */
export function finding(run: Figures): string {
  const { scenario, connections, held, errors, plateau, requests } = run;
  const seconds = Math.round(plateau.to - plateau.from);
  if (errors > 0 || held < connections) {
    const total = requests.reduce((sum, each) => sum + each.total, 0);
    return `${count(held)} of ${count(connections)} ${SUBJECTS[scenario]} held; ${percent(errors, total)} of the requests failed`;
  }
  const latency = requests
    .map(({ name, p99 }) => {
      if (scenario === "long-poll") return `answered ${milliseconds(p99)} late at p99`;
      return `${requests.length > 1 ? `${name} ` : ""}p99 ${milliseconds(p99)}`;
    })
    .join(", ");
  const rate = scenario === "long-poll" ? "" : `${count(run.requestsPerSecond)} requests/s, `;
  return `${count(connections)} ${SUBJECTS[scenario]} held for ${seconds} s without an error: ${rate}${latency}`;
}

export function limitFinding({
  held,
  failed,
  ceiling,
  reasons,
}: Pick<Limit, "held" | "failed" | "ceiling" | "reasons">): string {
  if (failed === null) {
    return `${count(held)} connections held without an error; the search ended there, by ${ceiling.reason}`;
  }
  const [first] = reasons;
  const reason = first === undefined ? "no log names the reason" : first.replace(/^\w+: | \(.*\)$/g, "");
  return `${count(held)} connections held without an error, ${count(failed)} not: ${reason}`;
}

export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Two significant digits below ten, whole numbers above. */
export function milliseconds(value: number | null): string {
  if (value === null) return "unknown";
  return `${value < 10 ? Number(value.toPrecision(2)) : Math.round(value)} ms`;
}

export function percent(part: number, whole: number): string {
  return whole === 0 ? "none" : `${Math.round((part / whole) * 100)} %`;
}
