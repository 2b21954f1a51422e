import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { platformTarget } from "@dev-one/terraform-cli/mirrors";

import { describeWithDatadog, whyDatadogIsSkipped } from "./deployed/support/datadog-provider";

const WHY =
  "Tests with Datadog's provider are skipped: registry.terraform.io cannot be reached, and no mirror on this machine holds it; " +
  "name a directory that holds registry.terraform.io/datadog/datadog in DEV_ONE_PROVIDER_MIRROR.";

test("suites that are skipped say why, in one sentence on stderr; others say nothing", () => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const [skipping, running] = [describeWithDatadog(WHY), describeWithDatadog(whyDatadogIsSkipped([], () => true))];
  const written = write.mock.calls.map(([text]) => text);
  write.mockRestore();
  expect(skipping).toBe(describe.skip);
  expect(running).toBe(describe);
  expect(written).toEqual([`${WHY}\n`]);
});

describe("why tests with Datadog's provider are skipped", () => {
  let mirror: string;
  beforeEach(() => {
    mirror = mkdtempSync(join(tmpdir(), "dev-one-mirror-"));
  });
  afterEach(() => {
    rmSync(mirror, { recursive: true });
  });

  test("names the variable that leads to a mirror", () => {
    expect(whyDatadogIsSkipped([mirror], () => false)).toBe(WHY);
  });

  test("is nothing where a mirror holds it, or the registry can be reached", () => {
    const directory = join(mirror, "registry.terraform.io", "datadog", "datadog");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `terraform-provider-datadog_3.60.0_${platformTarget()}.zip`), "");
    expect(whyDatadogIsSkipped([mirror], () => false)).toBeUndefined();
    expect(whyDatadogIsSkipped([], () => true)).toBeUndefined();
  });
});
