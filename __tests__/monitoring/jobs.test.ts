import { fixture } from "../fixtures/environment";
import { fixtureWith, withJobs } from "../fixtures/variants";
import { dashboardsOf, monitorNamed, monitorsOf, tilesOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

const RUNS = "dev_one.fixture.jobs.runs";

test("the metric of jobs counts the lines of dev-one-job, by the fields that it writes to the journal", () => {
  expect(synthesize(withJobs).monitoring.at("monitoring/log-metrics/job-runs").values).toMatchObject({
    name: RUNS,
    compute: { aggregation_type: "count" },
    filter: { query: "env:fixture project:dev-one source:dev-one-service @journald.DEV_ONE_OUTCOME:*" },
    group_by: [
      { path: "env", tag_name: "env" },
      { path: "project", tag_name: "project" },
      { path: "service", tag_name: "service" },
      { path: "@journald.DEV_ONE_JOB", tag_name: "job" },
      { path: "@journald.DEV_ONE_OUTCOME", tag_name: "outcome" },
    ],
  });
});

test("a failed job is a ticket to the service's channel, until a day has passed without a failure", () => {
  const failed = monitorNamed(withJobs, "jobs-failed");
  expect(failed.query).toBe(
    `sum(last_26h):sum:${RUNS}{env:fixture,project:dev-one,outcome:failed,service:web} by {job}.as_count() > 0`,
  );
  expect(failed).toMatchObject({ on_missing_data: "resolve", renotify_statuses: ["alert"], renotify_interval: 1440 });
  expect(failed.tags).toEqual(expect.arrayContaining(["severity:ticket", "service:web", "team:acme-web"]));
  expect(failed.message).toContain("{{#is_alert}}@slack-acme-web-alerts @tickets@example.net{{/is_alert}}");
});

test("each job that has not run for 25 hours and its limit is a ticket, which missing data opens and the next run closes", () => {
  const missing = monitorNamed(withJobs, "jobs-missing-cleanup");
  expect(missing.query).toBe(
    `sum(last_26h):sum:${RUNS}{env:fixture,project:dev-one,job:cleanup,service:web}.as_count() < 1`,
  );
  expect(missing).toMatchObject({
    on_missing_data: "show_and_notify_no_data",
    renotify_statuses: ["alert", "no data"],
  });
  expect(missing).not.toHaveProperty("notify_no_data");
  const to = "@slack-acme-web-alerts @tickets@example.net";
  expect(missing.message).toContain("{{#is_no_data}}**The job cleanup has not run for 26 hours**.{{/is_no_data}}");
  for (const state of ["no_data", "no_data_recovery"]) {
    expect(missing.message).toContain(`{{#is_${state}}}${to}{{/is_${state}}}`);
  }
  expect(monitorsOf(withJobs).map(({ id }) => id)).toContain("jobs-missing-report");
});

test("a job that may take ten hours is missing after 35", () => {
  const [web] = Object.values(withJobs.services);
  if (web === undefined) throw new Error("withJobs has no service");
  const services = { web: { ...web, jobs: { cleanup: { at: "03:30", minutes: 600 } } } };
  expect(monitorNamed(fixtureWith({ services }), "jobs-missing-cleanup").query).toMatch(/^sum\(last_35h\):/);
});

test("dashboard application shows the runs, by outcome", () => {
  const titles = [...dashboardsOf(withJobs).values()].flatMap(tilesOf).map(({ title }) => title);
  expect(titles).toContain("Runs of jobs that ended, by outcome");
});

test("an environment without jobs has neither metric, monitors nor graph of jobs", () => {
  expect(synthesize(fixture).monitoring.json).not.toMatch(/jobs/i);
});
