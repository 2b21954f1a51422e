import type { GitHub } from "./github";

const LABEL = "not-applied";
const TITLE = "main is not applied";

/** Results of the jobs of an apply, as GitHub reports them, by job name. */
export type Results = Readonly<Record<string, string>>;

/** Whether every necessary job succeeded. GitHub skips a job that has nothing to do, but also a job that follows a failed one. */
export function isApplied(results: Results): boolean {
  const words = Object.values(results);
  return words.length > 0 && words.every((word) => word === "success" || word === "skipped");
}

export interface Outcome {
  readonly commit: string;
  /** URL of the run. */
  readonly run: string;
  readonly results: Results;
}

/**
 * Opens, updates or closes the single issue about merged commits that are not applied, or whose servers are not healthy since.
 */
export async function reportOutcome(
  github: GitHub,
  { commit, run, results }: Outcome,
): Promise<"opened" | "updated" | "closed" | "none"> {
  const known = (await github.openIssues(LABEL)).find((issue) => issue.title === TITLE);
  if (isApplied(results)) {
    if (known === undefined) return "none";
    await github.updateIssue(known.number, { state: "closed" });
    return "closed";
  }
  const body = [
    `Commit ${commit} is on main but is not fully applied, or its servers did not become healthy ([run](${run})):`,
    "",
    ...Object.entries(results).map(([job, word]) => `- ${job}: ${word}`),
    "",
    "Until it is, later merges that do not plan the same stacks are refused. docs/delivery.md says how to go on. The next apply that succeeds closes this.",
  ].join("\n");
  if (known === undefined) {
    await github.createIssue(TITLE, body, [LABEL]);
    return "opened";
  }
  await github.updateIssue(known.number, { body });
  return "updated";
}
