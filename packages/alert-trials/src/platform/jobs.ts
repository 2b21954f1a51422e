import { servicesWithJobs } from "../../../../src/environments";
import { type Telemetry, withTag } from "../simulation";
import type { Conditions } from "./conditions";
import type { Design } from "./design";

const DAY = 24 * 60;

/**
 * The runs of nightly jobs, each of which ends a minute after it begins. Before the first minute, all succeeded every day.
 * @param minuteOfDay the minute of the day in UTC
 */
export function sendJobs(
  { environment, tags }: Design,
  telemetry: Telemetry,
  minute: number,
  minuteOfDay: number,
  { jobs: outcome }: Conditions,
): void {
  const metric = `dev_one.${environment.name.replaceAll("-", "_")}.jobs.runs`;
  for (const service of servicesWithJobs(environment)) {
    for (const [name, { at }] of Object.entries(service.jobs)) {
      const [hours = 0, minutes = 0] = at.split(":").map(Number);
      const sinceEnd = (minuteOfDay - (hours * 60 + minutes + 1) + DAY) % DAY;
      const job = withTag(withTag(tags, "service", service.name), "job", name);
      if (minute === 0) {
        // Also where the job does not run afterwards: its metric has a past.
        const before = (past: number) => ((past + sinceEnd) % DAY === 0 ? 1 : NaN);
        telemetry.value(metric, withTag(job, "outcome", "succeeded"), minute, NaN, before);
      }
      if (sinceEnd === 0 && outcome !== "missing") telemetry.value(metric, withTag(job, "outcome", outcome), minute, 1);
    }
  }
}
