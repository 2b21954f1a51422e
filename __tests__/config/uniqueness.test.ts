import { apart } from "../../src/config/validation/uniqueness";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { rehearsal, stagingWith } from "../support/environments";

describe("environments beside each other", () => {
  test("are taken as they are", () => {
    expect(apart(staging, production, rehearsal())).toEqual([staging, production, rehearsal()]);
  });

  test("may not share a name", () => {
    expect(() => apart(staging, stagingWith({ domain: "other.dev-one.it" }))).toThrow(
      new Error('Environment "staging", name: another environment already has the name "staging"; give each its own.'),
    );
  });

  test("may not have a name that is a stack of another", () => {
    const named = stagingWith({ name: "production-state", domain: "other.dev-one.it" });
    expect(() => apart(named, production)).toThrow(
      new Error(
        'Environment "production-state", name: another environment already has a stack "production-state"; choose a name that does not end like the stacks of another.',
      ),
    );
  });

  // One account has one identity provider of GitHub, and a plan with another environment's credentials must fail.
  test("may not share an account", () => {
    expect(() => apart(staging, stagingWith({ name: "rehearsal", domain: "rehearsal.dev-one.it" }))).toThrow(
      new Error(
        'Environment "rehearsal", accountId: another environment already has the accountId "111122223333"; give each its own.',
      ),
    );
  });

  test("may not share a domain", () => {
    expect(() => apart(staging, stagingWith({ name: "rehearsal", accountId: "777788889999" }))).toThrow(
      new Error(
        'Environment "rehearsal", domain: another environment already has the domain "staging.dev-one.it"; give each its own.',
      ),
    );
  });
});
