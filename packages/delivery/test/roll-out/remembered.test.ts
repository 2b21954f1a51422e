import { fleetsOf } from "../../../../src/environments";
import { rollOut } from "../../src/roll-out/roll-out";
import { FakeAws } from "./fake-aws";
import { staging } from "./one-service";

test.each(["{", '{"refused": "3"}'])("refuses a record of what was taken back that reads %s", async (content) => {
  const aws = new FakeAws();
  for (const group of ["zone-1", "zone-2", "elastic"]) aws.add(`dev-one-staging-${group}`, 1);
  aws.versions = [1, 2];
  for (const { name } of fleetsOf(staging)) aws.put(`taken-back/fleets/${name}.json`, content);
  await expect(rollOut({ environment: staging, ...aws.tools })).rejects.toThrow(
    /^s3:\/\/dev-one-staging-.*\/taken-back\/fleets\/.*\.json is not what a roll-out writes: restore its version before/,
  );
  expect(aws.calls).toEqual([]);
});
