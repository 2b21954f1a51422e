import type { JsonObject } from "@dev-one/cli/json";

import { fixture, sandbox } from "../../../__tests__/fixtures/environment";
import { eachName, fixtureWith, IMAGE, withShop } from "../../../__tests__/fixtures/variants";
import { synthesize, type SynthesizedEnvironment } from "../../../__tests__/support/synthesis";
import type { Environment } from "../../../src/config";
import { shown } from "../src/model/change";
import { review } from "../src/verdict";
import { create, destroy, plan, source, unchanged, update } from "./corpus/plans";

// What a change of a release does to the synthesized stacks, and what the review says of it.

const [OLD, NEW] = ["ab".repeat(32), "cd".repeat(32)] as const;
const OTHER_IMAGE = "ami-0fedcba9876543210";

type Releases = Environment["releases"];
type Platform = SynthesizedEnvironment["platform"];

/** Resources of the platform as in a plan: with their ids, and with the names of buckets. */
function planned(platform: Platform): Map<string, JsonObject> {
  const buckets = new Map(
    platform.resources("aws_s3_bucket").map(({ address, values }) => [`\${${address}.id}`, shown(values.bucket)]),
  );
  return new Map(
    platform.resources().map(({ address, values }) => {
      const bucket = buckets.get(shown(values.bucket));
      return [address, { id: `\${${address}.id}`, ...values, ...(bucket === undefined ? {} : { bucket }) }];
    }),
  );
}

function planBetween(before: Platform, after: Platform): JsonObject {
  const [old, fresh] = [planned(before), planned(after)];
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].map((address) => {
    const [was, is] = [old.get(address), fresh.get(address)];
    if (was === undefined || is === undefined)
      return was === undefined ? create(address, is ?? {}) : destroy(address, was);
    if (JSON.stringify(was) === JSON.stringify(is)) return unchanged(address, was);
    const computed = address.startsWith("aws_launch_template") ? { latest_version: true, default_version: true } : {};
    return update(address, was, is, { unknown: address.startsWith("aws_s3_object") ? { version_id: true } : computed });
  });
  return plan(changes, "sandbox");
}

function released(environment: (releases: Releases) => Environment, before: Releases, after: Releases) {
  const [former, fresh] = [before, after].map((releases) => synthesize(environment(releases))) as [
    SynthesizedEnvironment,
    SynthesizedEnvironment,
  ];
  const [stack] = review([source(planBetween(former.platform, fresh.platform), "sandbox")], {
    today: "2026-11-25",
  }).stacks;
  const unlike = [former.state.json !== fresh.state.json, former.monitoring.json !== fresh.monitoring.json];
  return {
    verdict: stack?.verdict,
    notes: stack?.findings.filter(({ kind }) => kind === "release").length,
    changed: stack?.harmless.map(({ change, because }) => `${change.type}: ${because}`),
    changesStateOrMonitoring: unlike.includes(true),
  };
}

const onAllServers = (releases: Releases) => fixtureWith({ releases });
const ownGroup = (releases: Releases) => ({ ...withShop(), releases: { ...sandbox.releases, ...releases } });
const onSomeNames = (releases: Releases) => ({ ...eachName, releases });
const bundle = (version: string, sha256: string) => ({ version, bundle: sha256 });

test.each<[string, (releases: Releases) => Environment, Releases, Releases]>([
  ["a bundle, on all servers", onAllServers, { web: bundle("1.0.0", OLD) }, { web: bundle("1.1.0", NEW) }],
  ["a bundle, on a group of its own", ownGroup, { shop: bundle("1.0.0", OLD) }, { shop: bundle("1.1.0", NEW) }],
  [
    "an image, on all servers",
    onAllServers,
    { web: { version: "1.0.0", image: IMAGE } },
    { web: { version: "1.1.0", image: OTHER_IMAGE } },
  ],
  ["a bundle, on one name of three", onSomeNames, { "web-1": bundle("1.0.0", OLD) }, { "web-1": bundle("1.1.0", NEW) }],
])("a release of %s passes, and changes objects and launch templates alone", (_name, environment, before, after) => {
  const { changed, ...rest } = released(environment, before, after);
  expect(rest).toEqual({ verdict: "nothing", notes: 1, changesStateOrMonitoring: false });
  expect(changed?.length).toBeGreaterThan(0);
  for (const line of changed ?? []) {
    expect(line).toMatch(/^aws_(s3_object|launch_template): only the release of a service$/);
  }
});

test("a first release needs approval", () => {
  expect(fixture.releases).toEqual({});
  expect(released(onAllServers, {}, { web: bundle("1.0.0", OLD) })).toMatchObject({ verdict: "approve", notes: 0 });
});
