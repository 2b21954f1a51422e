import type { IncomingMessage } from "node:http";

import { GitHub } from "../src/github";
import { FakeServer } from "./fake-server";

interface Request {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: Record<string, unknown>;
}

/** The part of GitHub's API that the workflows call. It answers with the data that the test sets. */
export class FakeGitHub extends FakeServer {
  readonly requests: Request[] = [];
  readonly comments: { id: number; body: string; user: { login: string } | null }[] = [];
  readonly issues: { number: number; title: string; body: string; state: string; labels: string[] }[] = [];
  pulls: object[] = [];
  runs: object[] = [];
  /** Runs of the apply workflow that succeeded, newest first. */
  applied: object[] = [];
  /** All runs of the apply workflow on main. */
  applies: object[] = [];
  /** Jobs by run. */
  readonly jobs = new Map<number, object[]>();
  /** Commits of main after the commit of its newest apply. */
  unapplied = 0;
  artifacts: { name: string; expired: boolean }[] = [];
  files: { filename: string; previous_filename?: string }[] = [];
  /** Parents of every commit. */
  parents = ["base", "head"];
  /** Commits of `base` that main lacks. */
  ahead = 0;
  /** Files in which the merge commit of the pull request differs from its base, `base`. */
  merged: { filename: string; status: string; previous_filename?: string }[] = [];
  /** Commits of main that the head of the pull request lacks. */
  behind = 0;
  /** Trees by commit. */
  readonly trees = new Map<string, string>();
  /** Answers every request with this status. */
  broken: number | undefined;

  async start(): Promise<GitHub> {
    await this.listen((incoming, response) => {
      void read(incoming).then((request) => {
        this.requests.push(request);
        const authorized = incoming.headers.authorization === "Bearer token";
        const status = this.broken ?? (authorized ? 200 : 401);
        response.writeHead(status, { "content-type": "application/json" });
        response.end(JSON.stringify(status === 200 ? this.answer(request) : { message: "Nothing for you" }));
      });
    });
    return new GitHub("dev-one/infrastructure", "token", this.url);
  }

  private answer({ method, path, query, body }: Request): unknown {
    const text = body.body as string;
    if (path === "/issues/7/comments" && method === "GET") return page(this.comments, query);
    if (path === "/issues/7/comments") {
      this.comments.push({ id: this.comments.length + 1, body: text, user: { login: "github-actions[bot]" } });
      return {};
    }
    const commentId = /^\/issues\/comments\/(\d+)$/.exec(path)?.[1];
    if (commentId !== undefined) {
      const found = this.comments.find(({ id }) => id === Number(commentId));
      if (found !== undefined) found.body = text;
      return {};
    }
    if (path === "/issues" && method === "GET") {
      return page(
        this.issues.filter(({ state, labels }) => state === "open" && labels.includes(query.get("labels") ?? "")),
        query,
      );
    }
    if (path === "/issues") {
      const { title, labels } = body as { title: string; labels: string[] };
      this.issues.push({ number: this.issues.length + 1, title, body: text, state: "open", labels });
      return {};
    }
    const issueNumber = /^\/issues\/(\d+)$/.exec(path)?.[1];
    if (issueNumber !== undefined) {
      Object.assign(this.issues[Number(issueNumber) - 1] ?? {}, body);
      return {};
    }
    const commit = /^\/git\/commits\/(\w+)$/.exec(path)?.[1];
    if (commit !== undefined) {
      return { tree: { sha: this.trees.get(commit) ?? "0".repeat(40) }, parents: this.parents.map((sha) => ({ sha })) };
    }
    if (path === "/compare/main...base") return { ahead_by: this.ahead };
    if (path === "/compare/main...applied") return { behind_by: this.unapplied };
    if (path === "/compare/main...head") return { behind_by: this.behind };
    if (path.startsWith("/compare/base...")) return { files: this.merged };
    if (path === "/actions/runs/42") return this.runs[0];
    if (method === "POST" && path === "/actions/runs/42/rerun") return {};
    if (path === "/pulls") return page(this.pulls, query);
    const run = /^\/actions\/runs\/(\d+)\/jobs$/.exec(path)?.[1];
    if (run !== undefined) return { jobs: page(this.jobs.get(Number(run)) ?? [], query) };
    if (method === "PUT" && /^\/pulls\/7\/(merge|update-branch)$/.test(path)) return {};
    if (method === "POST" && path === "/pulls/7/reviews") return {};
    if (path === "/pulls/7/files") return page(this.files, query);
    if (/^\/actions\/runs\/\d+\/artifacts$/.test(path)) return { artifacts: page(this.artifacts, query) };
    if (path === "/actions/workflows/apply.yml/runs") {
      return { workflow_runs: query.get("status") === "success" ? this.applied : this.applies };
    }
    if (path.startsWith("/commits/")) return page(this.pulls, query);
    if (path.startsWith("/actions/workflows/pull-request.yml/runs")) return { workflow_runs: this.runs };
    throw new Error(`Unexpected request: ${method} ${path}`);
  }
}

async function read(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(chunk as Buffer);
  const url = new URL(incoming.url ?? "", "http://127.0.0.1");
  const text = Buffer.concat(chunks).toString("utf8");
  return {
    method: incoming.method ?? "",
    path: url.pathname.replace("/repos/dev-one/infrastructure", ""),
    query: url.searchParams,
    body: text === "" ? {} : (JSON.parse(text) as Record<string, unknown>),
  };
}

function page<T>(all: readonly T[], query: URLSearchParams): T[] {
  const size = Number(query.get("per_page"));
  return all.slice((Number(query.get("page")) - 1) * size, Number(query.get("page")) * size);
}
