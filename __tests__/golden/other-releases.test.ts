import { readdirSync } from "node:fs";
import { basename, join } from "node:path";

import type * as Environments from "../../src/environments";
import { environments } from "../../src/environments";

// A pull request that changes only the files of releases, as the pipelines of services open them, must turn no golden test red.

const GOLDEN = __dirname;

const bundles = environments.map(({ name, services }) => {
  const releases = Object.keys(services).map((service) => [
    service,
    { version: "9.9.9", bundle: "9f86d081".repeat(8) },
  ]);
  return [name, Object.fromEntries(releases) as object] as const;
});

jest.resetModules();
for (const [name, releases] of bundles) {
  jest.doMock(`../../src/environments/releases/${name}.json`, () => releases);
}

describe("with a release of a bundle of every service", () => {
  test("is the configuration of every environment", () => {
    const { environments: changed } = jest.requireActual<typeof Environments>("../../src/environments");
    expect(changed.map(({ name, releases }) => [name, releases])).toEqual(bundles);
  });

  for (const file of readdirSync(GOLDEN).filter((each) => each.endsWith(".test.ts") && each !== basename(__filename)))
    jest.requireActual<object>(join(GOLDEN, file));
});
