import { UserError } from "@dev-one/cli/user-error";

export interface Comment {
  readonly id: number;
  readonly body: string;
  /** Null when the account was deleted. */
  readonly user: { readonly login: string } | null;
}

export type IssueOutcome = "opened" | "updated" | "closed" | "none";

/** A branch of a pull request. The repository is null when it was deleted. */
export interface Branch {
  readonly ref: string;
  readonly sha: string;
  readonly repo: { readonly full_name: string } | null;
}

export interface PullRequest {
  readonly number: number;
  readonly state: string;
  readonly draft?: boolean;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly head: Branch;
  readonly base: Branch;
}

export interface WorkflowRun {
  readonly id: number;
  readonly event: string;
  readonly conclusion: string | null;
  readonly head_sha: string;
  /** When the newest attempt started, and when the run changed last; both in UTC, such as `2026-11-25T10:00:00Z`. */
  readonly run_started_at: string;
  readonly updated_at: string;
  readonly head_branch: string | null;
  readonly head_repository: { readonly full_name: string } | null;
  /** Open pull requests of this repository; GitHub omits merged ones. */
  readonly pull_requests: readonly { readonly number: number; readonly base: { readonly ref: string } }[] | null;
}

/** A file that differs between two commits; a renamed one has the status `renamed`. */
export interface ChangedFile {
  readonly filename: string;
  readonly status: string;
}

export interface Comparison {
  /** Commits that the base lacks. */
  readonly ahead_by: number;
  /** Commits of the base that the commit lacks. */
  readonly behind_by: number;
  readonly files: readonly ChangedFile[];
}

const PAGE = 100;

/** The GitHub API calls that the workflows need. */
export class GitHub {
  /** @param repository such as `dev-one/infrastructure` @param url @default GitHub's own */
  constructor(
    readonly repository: string,
    private readonly token: string,
    private readonly url = "https://api.github.com",
  ) {}

  comments(issue: number): Promise<Comment[]> {
    return this.all(`/issues/${issue}/comments`);
  }

  async createComment(issue: number, body: string): Promise<void> {
    await this.send("POST", `/issues/${issue}/comments`, { body });
  }

  async updateComment(id: number, body: string): Promise<void> {
    await this.send("PATCH", `/issues/comments/${id}`, { body });
  }

  pullRequestsOf(commit: string): Promise<PullRequest[]> {
    return this.all(`/commits/${commit}/pulls`);
  }

  /** Names of the files that a pull request changes; GitHub lists at most 3,000. */
  async filesOf(pullRequest: number): Promise<string[]> {
    const files = await this.all<{ filename: string; previous_filename?: string }>(`/pulls/${pullRequest}/files`);
    return files.flatMap(({ filename, previous_filename: before }) =>
      before === undefined ? [filename] : [filename, before],
    );
  }

  /** Parents of a commit; of GitHub's merge commit of a pull request first its base, then its head. */
  async parentsOf(commit: string): Promise<string[]> {
    const { parents } = (await this.send("GET", `/git/commits/${commit}`)) as { parents: { sha: string }[] };
    return parents.map(({ sha }) => sha);
  }

  /**
   * How a commit differs from another one or a branch; of more than 300 files the first ones.
   * @see https://docs.github.com/en/rest/commits/commits#compare-two-commits
   */
  compare(base: string, commit: string): Promise<Comparison> {
    return this.send("GET", `/compare/${base}...${commit}`) as Promise<Comparison>;
  }

  /** Merges main into the branch of a pull request, if its head is still this commit. */
  async updateBranch(pullRequest: number, head: string): Promise<void> {
    await this.send("PUT", `/pulls/${pullRequest}/update-branch`, { expected_head_sha: head });
  }

  async approve(pullRequest: number, head: string, body: string): Promise<void> {
    await this.send("POST", `/pulls/${pullRequest}/reviews`, { event: "APPROVE", commit_id: head, body });
  }

  /** Merges a pull request, if its head is still this commit. GitHub answers 409 otherwise. */
  async merge(pullRequest: number, head: string): Promise<void> {
    await this.send("PUT", `/pulls/${pullRequest}/merge`, { sha: head, merge_method: "squash" });
  }

  /** The tree hash of a commit. */
  async treeOf(commit: string): Promise<string> {
    const { tree } = (await this.send("GET", `/git/commits/${commit}`)) as { tree: { sha: string } };
    return tree.sha;
  }

  run(id: number): Promise<WorkflowRun> {
    return this.send("GET", `/actions/runs/${id}`) as Promise<WorkflowRun>;
  }

  /** Runs of a workflow for a commit that pull requests triggered. */
  runsOf(workflow: string, commit: string): Promise<WorkflowRun[]> {
    return this.all(`/actions/workflows/${workflow}/runs?event=pull_request&head_sha=${commit}`, "workflow_runs");
  }

  /** The newest run of a workflow that succeeded after a push to a branch. */
  async lastSuccess(workflow: string, branch: string): Promise<WorkflowRun | undefined> {
    const query = `event=push&branch=${branch}&status=success&per_page=1`;
    const answer = await this.send("GET", `/actions/workflows/${workflow}/runs?${query}`);
    return (answer as { workflow_runs: WorkflowRun[] }).workflow_runs[0];
  }

  /** The newest 100 runs of a workflow after a push to a branch, newest first. */
  async pushRuns(workflow: string, branch: string): Promise<WorkflowRun[]> {
    const query = `event=push&branch=${branch}&per_page=${PAGE}`;
    const answer = await this.send("GET", `/actions/workflows/${workflow}/runs?${query}`);
    return (answer as { workflow_runs: WorkflowRun[] }).workflow_runs.sort((a, b) => b.id - a.id);
  }

  /** Jobs of a run's newest attempt. One of a called workflow is named `CALLER (MATRIX) / JOB`. */
  jobsOf(run: number): Promise<{ readonly name: string; readonly conclusion: string | null }[]> {
    return this.all(`/actions/runs/${run}/jobs?filter=latest`, "jobs");
  }

  /** Starts all jobs of a run once more. @see https://docs.github.com/en/rest/actions/workflow-runs#re-run-a-workflow */
  async runAgain(run: number): Promise<void> {
    await this.send("POST", `/actions/runs/${run}/rerun`);
  }

  openPullRequests(base: string): Promise<PullRequest[]> {
    return this.all(`/pulls?state=open&base=${base}`);
  }

  artifactsOf(run: number): Promise<{ readonly name: string; readonly expired: boolean }[]> {
    return this.all(`/actions/runs/${run}/artifacts`, "artifacts");
  }

  /**
   * Keeps the single issue with a title and a label up to date.
   * @param body undefined when there is nothing to report: an open issue is closed
   */
  async reportIssue(title: string, label: string, body: string | undefined): Promise<IssueOutcome> {
    const open = await this.all<{ number: number; title: string }>(
      `/issues?state=open&labels=${encodeURIComponent(label)}`,
    );
    const known = open.find((issue) => issue.title === title);
    if (body === undefined && known === undefined) return "none";
    if (known === undefined) {
      await this.send("POST", "/issues", { title, body, labels: [label] });
      return "opened";
    }
    await this.send("PATCH", `/issues/${known.number}`, body === undefined ? { state: "closed" } : { body });
    return body === undefined ? "closed" : "updated";
  }

  /** Every page of a list. @param key of the list in an answer that is an object */
  private async all<T>(path: string, key?: string): Promise<T[]> {
    const found: T[] = [];
    for (let page = 1; ; page += 1) {
      const answer = await this.send("GET", `${path}${path.includes("?") ? "&" : "?"}per_page=${PAGE}&page=${page}`);
      const part = (key === undefined ? answer : (answer as Record<string, unknown>)[key]) as T[];
      found.push(...part);
      if (part.length < PAGE) return found;
    }
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const response = await fetch(`${this.url}/repos/${this.repository}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${this.token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (response.ok) return await response.json();
    const { message } = (await response.json().catch(() => ({}))) as { message?: string };
    const reason = message ?? response.statusText;
    throw new UserError(`GitHub answered ${response.status} to ${method} ${path.split("?")[0] ?? path}: ${reason}.`);
  }
}
