import { environments, production, staging } from "../../src/environments";

test("the environments are staging and production, each in its own account and under its own domain", () => {
  expect(environments.map(({ name, accountId, domain }) => ({ name, accountId, domain }))).toEqual([
    { name: "staging", accountId: "111122223333", domain: "staging.dev-one.it" },
    { name: "production", accountId: "444455556666", domain: "dev-one.it" },
  ]);
});

test("staging and production have one address plan", () => {
  expect(staging.zones).toEqual(production.zones);
  expect(staging.vpcCidr).toBe("172.31.0.0/16");
});
