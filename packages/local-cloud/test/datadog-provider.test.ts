import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { platformTarget } from "@dev-one/terraform-cli/mirrors";

import { describeWithDatadog, whyDatadogIsSkipped } from "./deployed/support/datadog-provider";

const WHY =
  "Tests with Datadog's provider are skipped: registry.terraform.io cannot be reached, and no mirror on this machine holds it; " +
  "name a directory that holds registry.terraform.io/datadog/datadog in DEV_ONE_PROVIDER_MIRROR.";

test("prints the reason of a skipped suite on stderr, and nothing for other suites", () => {
  const write = jest.spyOn(process.stderr, "write").mockReturnValue(true);
  const [skipping, running] = [describeWithDatadog(WHY), describeWithDatadog(whyDatadogIsSkipped([], () => true))];
  const written = write.mock.calls.map(([text]) => text);
  write.mockRestore();
  expect(skipping).toBe(describe.skip);
  expect(running).toBe(describe);
  expect(written).toEqual([`${WHY}\n`]);
});

describe("reason to skip tests with Datadog's provider", () => {
  let mirror: string;
  beforeEach(() => {
    mirror = mkdtempSync(join(tmpdir(), "dev-one-mirror-"));
  });
  afterEach(() => {
    rmSync(mirror, { recursive: true });
  });

  test("names the variable for a mirror", () => {
    expect(whyDatadogIsSkipped([mirror], () => false)).toBe(WHY);
  });

  test("is undefined when a mirror contains the provider or the registry is reachable", () => {
    const directory = join(mirror, "registry.terraform.io", "datadog", "datadog");
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `terraform-provider-datadog_3.60.0_${platformTarget()}.zip`), "");
    expect(whyDatadogIsSkipped([mirror], () => false)).toBeUndefined();
    expect(whyDatadogIsSkipped([], () => true)).toBeUndefined();
  });
});
