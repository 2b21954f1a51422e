import { RESOURCE_ACTIONS } from "../../src/iam/resource-actions";
import { both } from "../fixtures/synthesized";
import { isNamed } from "../support/iam";
import { ciPolicies } from "../support/recorded-calls";
import { NOT_ALLOWED } from "./published/differences";
import { EQUIVALENTS, published } from "./published/published";

const typesOf = (stacks: (typeof both)[number][1]["stacks"]) =>
  [...new Set(stacks.flatMap((stack) => stack.resources().map(({ type }) => type)))]
    .filter((type) => type.startsWith("aws_"))
    .sort();
const types = [...new Set(both.flatMap(([, { platform, monitoring }]) => typesOf([platform, monitoring])))].sort();
const [, environment] = both[0] ?? [];
if (environment === undefined) throw new Error("There is no environment.");
const allowed = ciPolicies(environment, "apply").filter(({ Effect }) => Effect === "Allow");
const isAllowedByName = (action: string) => allowed.some(({ Action }) => isNamed(Action, action));

test("every resource type of the stacks has its IAM actions", () => {
  const missing = types.filter((type) => !(type in RESOURCE_ACTIONS));
  expect(missing.map((type) => `${type}: add its IAM actions to RESOURCE_ACTIONS in src/iam/resource-actions`)).toEqual(
    [],
  );
});

test("no resource type has IAM actions without being in a stack", () => {
  expect(Object.keys(RESOURCE_ACTIONS).filter((type) => !types.includes(type))).toEqual([]);
});

test("the plan role may read every data source: the parameters of AWS's images", () => {
  const data = both.flatMap(([, { stacks }]) => stacks.flatMap((stack) => Object.keys(stack.document.data ?? {})));
  expect([...new Set(data)]).toEqual(["aws_ssm_parameter"]);
});

test("every resource type names CloudFormation's, whose permissions are in the published ones", () => {
  const hint = "see EQUIVALENTS in __tests__/iam/published/published.ts and scripts/documents/iam_permissions.py";
  const missing = types.filter((type) => EQUIVALENTS[type]?.every((each) => each in published.cloudFormation) !== true);
  expect(missing.map((type) => `${type}: ${hint}`)).toEqual([]);
  const used = new Set(Object.values(EQUIVALENTS).flat());
  expect(Object.keys(published.cloudFormation).filter((each) => !used.has(each))).toEqual([]);
});

describe("the apply role", () => {
  const changing = [...new Set(allowed.flatMap(({ Action }) => Action))]
    .filter((action) => !action.includes("*") && !/:(Describe|Get|List)/.test(action))
    .sort();
  const listed = types
    .flatMap((type) => EQUIVALENTS[type] ?? [])
    .flatMap((type) => Object.values(published.cloudFormation[type] ?? {}).flat());
  const wanted = [...new Set([...listed, ...Object.values(published.dependentActions).flat()])].sort();
  const reasons = Object.values(NOT_ALLOWED).flat();

  test("is allowed what AWS publishes for its resource types, except for a reason", () => {
    const lower = reasons.map((each) => each.toLowerCase());
    const missing = wanted.filter((action) => !isAllowedByName(action) && !lower.includes(action.toLowerCase()));
    expect(missing).toEqual([]);
  });

  test("has a reason only for what AWS publishes and the role is not allowed", () => {
    const lower = wanted.map((each) => each.toLowerCase());
    expect(reasons.filter((each) => isAllowedByName(each) || !lower.includes(each.toLowerCase()))).toEqual([]);
  });

  test("has dependent actions for each action with which it changes something", () => {
    expect(Object.keys(published.dependentActions)).toEqual(changing);
  });
});
