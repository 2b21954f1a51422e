import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";
import { generateKeyPair } from "jose";

import { hashOf } from "../src/plan/manifest";
import { prove, verifyProof } from "../src/plan/proof";
import { CLAIMS, FakeServices } from "./fake-services";

const EXPECTED = { repository: "dev-one/infrastructure", pullRequest: 7, run: 42 };
let services: FakeServices;
let directory: string;

beforeEach(async () => {
  services = new FakeServices();
  await services.start();
  directory = scratchDirectory();
  writeFileSync(join(directory, "manifest.json"), "{}");
});
afterEach(async () => {
  await services.stop();
});

const verify = () => verifyProof(directory, EXPECTED, services.jwks);

test("verifies the run that signed a manifest, and returns its commit", async () => {
  await prove(directory);
  expect(await verify()).toBe(CLAIMS.sha);
});

test("accepts the signature days after the token expired", async () => {
  services.age = 5 * 86_400;
  await prove(directory);
  expect(await verify()).toBe(CLAIMS.sha);
});

test.each([
  ["another pull request with the same commit", { ref: "refs/pull/8/merge" }, "ref"],
  ["another base", { base_ref: "side" }, "base_ref"],
  ["another run", { run_id: "43" }, "run_id"],
  ["a fork", { repository: "stranger/infrastructure" }, "repository"],
  ["a push", { event_name: "push" }, "event_name"],
  [
    "another workflow",
    { workflow_ref: "dev-one/infrastructure/.github/workflows/mine.yml@refs/pull/7/merge" },
    "workflow_ref",
  ],
])("rejects a manifest of %s", async (_what, claims, claim) => {
  services.claims = claims;
  await prove(directory);
  await expect(verify()).rejects.toThrow(new RegExp(`^The plan's proof says ${claim} .*it is of another run\\.$`));
});

test("rejects a manifest that was replaced after signing", async () => {
  await prove(directory);
  writeFileSync(join(directory, "manifest.json"), '{"plan":"another"}');
  await expect(verify()).rejects.toThrow("is not the one that its run has signed");
});

test("rejects a manifest with another signature or none", async () => {
  const { privateKey } = await generateKeyPair("RS256");
  const audience = `dev-one-plan:sha256:${hashOf(join(directory, "manifest.json"))}`;
  const forged = await services.sign(audience, privateKey);
  const [, payload = ""] = forged.split(".");
  const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${payload}.`;
  for (const token of [forged, unsigned, "no token", ""]) {
    writeFileSync(join(directory, "proof.jwt"), token);
    await expect(verify()).rejects.toThrow(/^The plan's proof is not signed by GitHub as it should be: .+\.$/);
  }
  rmSync(join(directory, "proof.jwt"));
  await expect(verify()).rejects.toThrow("the plan has no proof of its run");
});

test("rejects a token for STS as a proof", async () => {
  writeFileSync(join(directory, "proof.jwt"), await services.sign("sts.amazonaws.com"));
  await expect(verify()).rejects.toThrow("is not the one that its run has signed");
});

test("reports a job without permission to request a token", async () => {
  process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = "wrong";
  await expect(prove(directory)).rejects.toThrow("GitHub answered 401");
  delete process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN;
  await expect(prove(directory)).rejects.toThrow("its permissions need `id-token: write`");
});
