import { type Environment, production, servicesWithGroup, staging } from "../../src/environments";
import { synthesize } from "../support/synthesis";

/** Every policy outside the roles of CI, to be changed here together with a grant. */
const POLICIES = [
  "access-logs/bucket/policy policy",
  "database/monitoring-role assume_role_policy",
  "dns/query-log-policy policy_document",
  "encryption/key/key policy",
  "monitoring/aws/role assume_role_policy",
  "monitoring/aws/role-policy policy",
  "network/vpc/flow-log-policy policy",
  "network/vpc/flow-log-role assume_role_policy",
  "proxy/role assume_role_policy",
  "proxy/role-policy policy",
  "servers/files/bucket/policy policy",
  "servers/role/agent-key policy",
  "servers/role/database policy",
  "servers/role/metrics policy",
  "servers/role/role assume_role_policy",
  "servers/role/service-files policy",
  "state/bucket/policy policy",
  "state/key/key policy",
];

/** Those of the roles of groups of single services. */
const ofGroups = (environment: Environment) =>
  servicesWithGroup(environment).flatMap(({ name, database, secrets, jobs }) =>
    [
      ...["agent-key policy", "metrics policy", "role assume_role_policy", "service-files policy"],
      ...(database === undefined ? [] : ["database policy"]),
      ...(secrets.length + Object.keys(jobs).length === 0 ? [] : ["granted policy"]),
    ].map((policy) => `servers/services/${name}/role/${policy}`),
  );

test.each([
  ["staging", synthesize(staging)],
  ["production", synthesize(production)],
])("permissions of %s come from exactly these policies", (_name, { environment, stacks }) => {
  const policies = stacks
    .flatMap((stack) => stack.resources())
    .filter(({ path }) => !path.startsWith("delivery/"))
    .flatMap(({ path, values }) =>
      ["policy", "assume_role_policy", "policy_document", "inline_policy"]
        .filter((argument) => argument in values)
        .map((argument) => `${path} ${argument}`),
    );
  expect(policies.sort()).toEqual([...POLICIES, ...ofGroups(environment)].sort());
});
