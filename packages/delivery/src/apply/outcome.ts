import type { GitHub, IssueOutcome } from "../github";

const LABEL = "not-applied";
const TITLE = "main is not applied";

/** Results of the jobs of an apply, as GitHub reports them, by job name. */
export type Results = Readonly<Record<string, string>>;

/** Whether every necessary job succeeded. GitHub skips a job that has nothing to do, but also a job that follows a failed one. */
export function isApplied(results: Results): boolean {
  const words = Object.values(results);
  return words.length > 0 && words.every((word) => word === "success" || word === "skipped");
}

/**
 * Opens, updates or closes the single issue about merged commits that are not applied, or whose servers are not healthy since.
 * @param run its URL
 */
export function reportOutcome(github: GitHub, commit: string, run: string, results: Results): Promise<IssueOutcome> {
  if (isApplied(results)) return github.reportIssue(TITLE, LABEL, undefined);
  const body = [
    `Commit ${commit} is on main but is not fully applied, or its servers did not become healthy ([run](${run})):`,
    "",
    ...Object.entries(results).map(([job, word]) => `- ${job}: ${word}`),
    "",
    "Until it is, later merges that do not plan the same stacks are refused. docs/delivery.md says how to go on. The next apply that succeeds closes this.",
  ].join("\n");
  return github.reportIssue(TITLE, LABEL, body);
}
