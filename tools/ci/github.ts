import { UserError } from "../user-error";

export interface GitHubOptions {
  /** @default GitHub's own */
  readonly url?: string;
  /** Such as `dev-one/infrastructure`. */
  readonly repository: string;
  readonly token: string;
}

export interface Comment {
  readonly id: number;
  readonly body: string;
}

export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string | null;
}

export interface PullRequest {
  readonly number: number;
  readonly merged_at: string | null;
  readonly merge_commit_sha: string | null;
  readonly head: { readonly sha: string };
}

export interface WorkflowRun {
  readonly id: number;
  readonly conclusion: string | null;
  readonly head_sha: string;
}

const PAGE = 100;

/** The few questions that the workflows ask GitHub. */
export class GitHub {
  constructor(private readonly options: GitHubOptions) {}

  comments(issue: number): Promise<Comment[]> {
    return this.all<Comment>(`/issues/${issue}/comments`);
  }

  async createComment(issue: number, body: string): Promise<void> {
    await this.send("POST", `/issues/${issue}/comments`, { body });
  }

  async updateComment(id: number, body: string): Promise<void> {
    await this.send("PATCH", `/issues/comments/${id}`, { body });
  }

  pullRequestsOf(commit: string): Promise<PullRequest[]> {
    return this.all<PullRequest>(`/commits/${commit}/pulls`);
  }

  /** Newest first. */
  async runsOf(workflow: string, commit: string): Promise<WorkflowRun[]> {
    const query = `event=pull_request&head_sha=${commit}&per_page=${PAGE}`;
    const { workflow_runs: runs } = (await this.send("GET", `/actions/workflows/${workflow}/runs?${query}`)) as {
      workflow_runs: WorkflowRun[];
    };
    return runs;
  }

  openIssues(label: string): Promise<Issue[]> {
    return this.all<Issue>(`/issues?state=open&labels=${encodeURIComponent(label)}`);
  }

  async createIssue(title: string, body: string, labels: readonly string[]): Promise<void> {
    await this.send("POST", "/issues", { title, body, labels });
  }

  async updateIssue(number: number, change: { readonly body?: string; readonly state?: "closed" }): Promise<void> {
    await this.send("PATCH", `/issues/${number}`, change);
  }

  private async all<T>(path: string): Promise<T[]> {
    const found: T[] = [];
    for (let page = 1; ; page += 1) {
      const separator = path.includes("?") ? "&" : "?";
      const part = (await this.send("GET", `${path}${separator}per_page=${PAGE}&page=${page}`)) as T[];
      found.push(...part);
      if (part.length < PAGE) return found;
    }
  }

  private async send(method: string, path: string, body?: object): Promise<unknown> {
    const { url = "https://api.github.com", repository, token } = this.options;
    const response = await fetch(`${url}/repos/${repository}${path}`, {
      method,
      headers: {
        accept: "application/vnd.github+json",
        authorization: `Bearer ${token}`,
        "x-github-api-version": "2022-11-28",
        ...(body === undefined ? {} : { "content-type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(30_000),
    });
    if (!response.ok) {
      throw new UserError(
        `GitHub answered ${response.status} to ${method} ${path.split("?")[0] ?? path}: ${await reason(response)}.`,
      );
    }
    return await response.json();
  }
}

async function reason(response: Response): Promise<string> {
  try {
    const { message } = (await response.json()) as { message?: string };
    return message ?? response.statusText;
  } catch {
    return response.statusText;
  }
}
