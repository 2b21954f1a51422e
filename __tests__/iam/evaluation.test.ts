import { type IamRequest, isAllowed } from "../support/iam";
import type { PolicyStatement } from "../support/policies";

// Cases of AWS's documentation, for the evaluation in __tests__/support/iam.ts.

const statement = (Effect: "Allow" | "Deny", Action: string, more: Partial<PolicyStatement> = {}): PolicyStatement => ({
  Effect,
  Action: [Action],
  Resource: ["*"],
  ...more,
});
const allow = (action: string, more?: Partial<PolicyStatement>) => statement("Allow", action, more);
const deny = (action: string, more?: Partial<PolicyStatement>) => statement("Deny", action, more);
const request = (context: IamRequest["context"] = {}): IamRequest => ({
  action: "s3:GetObject",
  resource: "arn:aws:s3:::amzn-s3-demo-bucket/photo.jpg",
  context,
});

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html */
describe("IAM's decision within one account", () => {
  const role = "arn:aws:iam::111122223333:role/r";
  const resource = [allow("s3:GetObject", { Principal: { AWS: role } })];

  test.each([
    { what: "no statement matches (implicit deny)", policies: { identity: [allow("s3:PutObject")] }, expected: false },
    { what: "a policy of the role allows", policies: { identity: [allow("s3:Get*")] }, expected: true },
    {
      what: "one policy allows and another one denies (explicit deny)",
      policies: { identity: [allow("s3:*"), deny("s3:GetObject")] },
      expected: false,
    },
    { what: "only the policy of the resource allows", policies: { identity: [], role, resource }, expected: true },
    {
      what: "the policy of the resource names another role",
      policies: { identity: [], role: `${role}-2`, resource },
      expected: false,
    },
    {
      what: "the policy of the resource denies what a policy of the role allows",
      policies: {
        identity: [allow("s3:*")],
        role,
        resource: [deny("s3:GetObject", { Principal: { AWS: role } })],
      },
      expected: false,
    },
    {
      what: "the role's policy allows and its boundary does not",
      policies: { identity: [allow("s3:*")], boundary: [allow("ec2:*")] },
      expected: false,
    },
    {
      what: "policy and boundary allow",
      policies: { identity: [allow("s3:*")], boundary: [allow("s3:Get*")] },
      expected: true,
    },
    {
      what: "the boundary allows and no policy does (a boundary grants nothing)",
      policies: { identity: [], boundary: [allow("s3:*")] },
      expected: false,
    },
    {
      what: "the boundary denies",
      policies: { identity: [allow("s3:*")], boundary: [allow("s3:*"), deny("s3:GetObject")] },
      expected: false,
    },
  ])("is $expected when $what", ({ policies, expected }) => {
    expect(isAllowed(request(), policies)).toBe(expected);
  });

  test.each([
    ["arn:aws:s3:::amzn-s3-demo-bucket/*", true],
    ["arn:aws:s3:::amzn-s3-demo-bucket/photo.???", true],
    ["arn:aws:s3:::amzn-s3-demo-bucket", false],
    ["arn:aws:s3:::amzn-s3-demo-bucket/PHOTO.jpg", false],
  ])("compares the resource with %s", (pattern, expected) => {
    expect(isAllowed(request(), { identity: [allow("s3:getobject", { Resource: [pattern] })] })).toBe(expected);
  });
});

/**
 * Operators: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 * Several values: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-single-vs-multi-valued-context-keys.html
 */
describe("IAM's conditions", () => {
  const key = "aws:TagKeys";
  const holds = (operator: string, wanted: string | string[], context: IamRequest["context"]) =>
    isAllowed(request(context), {
      identity: [allow("s3:GetObject", { Condition: { [operator]: { [key]: wanted } } })],
    });

  test.each([
    { operator: "StringEquals", wanted: ["a", "b"], given: "b", expected: true },
    { operator: "StringEquals", wanted: "a*", given: "ab", expected: false },
    { operator: "StringEquals", wanted: "a", given: undefined, expected: false },
    { operator: "StringEqualsIfExists", wanted: "a", given: undefined, expected: true },
    { operator: "StringEqualsIfExists", wanted: "a", given: "b", expected: false },
    { operator: "StringLike", wanted: "a*", given: "ab", expected: true },
    { operator: "ArnLike", wanted: "arn:aws:iam::*:role/x-*", given: "arn:aws:iam::1:role/x-y", expected: true },
    { operator: "Bool", wanted: "true", given: "false", expected: false },
    { operator: "BoolIfExists", wanted: "true", given: undefined, expected: true },
    { operator: "Null", wanted: "true", given: undefined, expected: true },
    { operator: "Null", wanted: "true", given: "a", expected: false },
    { operator: "Null", wanted: "false", given: "a", expected: true },
    { operator: "ForAllValues:StringEquals", wanted: ["a", "b"], given: ["a"], expected: true },
    { operator: "ForAllValues:StringEquals", wanted: ["a", "b"], given: ["a", "c"], expected: false },
    { operator: "ForAllValues:StringEquals", wanted: ["a"], given: undefined, expected: true },
    { operator: "ForAnyValue:StringEquals", wanted: ["a"], given: ["c", "a"], expected: true },
    { operator: "ForAnyValue:StringEquals", wanted: ["a"], given: ["c"], expected: false },
    { operator: "ForAnyValue:StringEquals", wanted: ["a"], given: undefined, expected: false },
  ])("$operator $wanted with $given is $expected", ({ operator, wanted, given, expected }) => {
    expect(holds(operator, wanted, given === undefined ? {} : { [key]: given })).toBe(expected);
  });

  test("of several operators and keys must all hold", () => {
    const Condition = { StringEquals: { a: "1", b: "2" }, Bool: { c: "true" } };
    const identity = [allow("s3:GetObject", { Condition })];
    expect(isAllowed(request({ a: "1", b: "2", c: "true" }), { identity })).toBe(true);
    expect(isAllowed(request({ a: "1", b: "2" }), { identity })).toBe(false);
    expect(isAllowed(request({ a: "1", b: "3", c: "true" }), { identity })).toBe(false);
  });

  test("with an operator that is not evaluated are an error, not a decision", () => {
    expect(() => holds("IpAddress", "10.0.0.0/8", { [key]: "10.0.0.1" })).toThrow("IpAddress");
  });
});
