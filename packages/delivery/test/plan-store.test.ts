import { decodeJwt } from "jose";

import { sha256 } from "../src/plan/manifest";
import { PlanStore } from "../src/plan/plan-store";
import { FakeServices } from "./fake-services";

const CONTENT = Buffer.from("a plan");
const HASH = sha256(CONTENT);
const KEY = `states/plans/staging/${HASH}.tfplan`;
let services: FakeServices;
let store: PlanStore;
const before = { ...process.env };

beforeEach(async () => {
  services = new FakeServices();
  await services.start();
  process.env.AWS_ENDPOINT_URL = services.url;
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  process.env.AWS_MAX_ATTEMPTS = "1";
  store = new PlanStore({ bucket: "states", region: "us-east-1" });
});
afterEach(async () => {
  process.env = { ...before };
  await services.stop();
});

test("stores a plan under the hash of its content", async () => {
  expect(await store.keep("staging", "tfplan", CONTENT)).toBe(HASH);
  expect([...services.objects.keys()]).toEqual([KEY]);
  expect(Buffer.from(await store.get("staging", "tfplan", HASH)).toString()).toBe("a plan");
});

test("does not overwrite an object, and rejects content that does not match the hash", async () => {
  await store.keep("staging", "tfplan", CONTENT);
  await store.keep("staging", "tfplan", CONTENT);
  expect(services.puts.map(({ ifNoneMatch }) => ifNoneMatch)).toEqual(["*", "*"]);
  services.objects.set(KEY, Buffer.from("another plan"));
  await store.keep("staging", "tfplan", CONTENT);
  await expect(store.get("staging", "tfplan", HASH)).rejects.toThrow("does not have the plan's hash");
});

test("reports an expired plan in one sentence", async () => {
  await expect(store.get("staging", "tfplan", HASH)).rejects.toThrow(
    "The plan of staging is not in states any more, where plans stay for a week: plan it again.",
  );
});

test("reports the reason of a failed S3 request", async () => {
  await services.stop();
  await expect(store.keep("staging", "json", CONTENT)).rejects.toThrow(
    /^plans\/staging\/\w+\.json cannot be kept in states: .+\.$/,
  );
});

test("the review reads with the account's plan role, assumed with a token of its run", async () => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
  services.objects.set(KEY, CONTENT);
  const role = "arn:aws:iam::111122223333:role/plan";
  const reading = new PlanStore({ bucket: "states", region: "us-east-1", as: role });
  await reading.get("staging", "tfplan", HASH);
  expect(services.assumed).toHaveLength(1);
  expect(services.assumed[0]?.role).toBe(role);
  expect(decodeJwt(services.assumed[0]?.token ?? "").aud).toBe("sts.amazonaws.com");
});
