import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { App } from "cdktf";

import type { Environment } from "../../src/config";
import { production } from "../../src/environments/production";
import { buildStacks, reportAdvice } from "../../src/stacks";
import { stagingInIreland } from "../support/environments";

let outdir: string;
let said: string[];

beforeEach(() => {
  outdir = mkdtempSync(join(tmpdir(), "dev-one-advice-"));
  said = [];
  jest.spyOn(console, "error").mockImplementation((line: unknown) => void said.push(String(line)));
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(outdir, { recursive: true, force: true });
});

/** Builds an environment on a day. */
function built(environment: Environment, day: string): App {
  const app = new App({ outdir });
  buildStacks(app, environment, new Date(day));
  return app;
}

test("on a quiet day there is nothing to say", () => {
  reportAdvice(built(production, "2026-06-01"), {});
  expect(said).toEqual([]);
});

test("Opsgenie's end is said from 90 days before, in one line", () => {
  reportAdvice(built(production, "2027-01-05"), {});
  expect(said).toEqual([expect.stringMatching(/^Advice: Environment "production": Opsgenie ends in 90 days/)]);
});

test("a site far away is said, with the one that is near", () => {
  reportAdvice(built(stagingInIreland(), "2026-06-01"), {});
  expect(said).toEqual([expect.stringContaining('datadog.site "uk1.datadoghq.com" is near it')]);
});

test("under the CDKTF CLI, which prints advice by itself, nothing is said twice", () => {
  reportAdvice(built(production, "2027-01-05"), { CDKTF_CONTEXT_JSON: "{}" });
  expect(said).toEqual([]);
});

test("advice changes nothing that is built", () => {
  const json = (day: string) =>
    built(production, day)
      .node.children.map((stack) => JSON.stringify((stack as unknown as { toTerraform(): unknown }).toTerraform()))
      .join();
  expect(json("2027-03-01")).toBe(json("2026-06-01"));
});
