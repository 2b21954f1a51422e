import { readUserData } from "@dev-one/terraform-json/user-data";

import { environments } from "../../src/environments";
import { staging } from "../../src/environments/staging";
import { rehearsal } from "../support/environments";
import type { Stack } from "../support/stack";
import { synthesize, synthesizeTogether } from "../support/synthesis";

/** A stack with the names of the third environment put back to those of staging. */
function asStaging(stack: Stack): unknown {
  const text = readable(stack).replaceAll("rehearsal", "staging").replaceAll("777788889999", "111122223333");
  return JSON.parse(text);
}

/** The JSON, with user data as it reads on the server. */
function readable(stack: Stack): string {
  return JSON.stringify(stack.document, (key, value: unknown) =>
    key === "user_data" && typeof value === "string" ? readUserData(value).text : value,
  );
}

describe("a third environment", () => {
  const third = synthesize(rehearsal());

  test("is one more value: name, account and domain", () => {
    const changed = Object.entries(rehearsal()).filter(([key, value]) => {
      return JSON.stringify(value) !== JSON.stringify(staging[key as keyof typeof staging]);
    });
    expect(changed.map(([key]) => key)).toEqual(["name", "accountId", "domain"]);
  });

  test("has the same stacks as staging", () => {
    const names = (stacks: readonly Stack[]) => stacks.map((stack) => stack.name);
    expect(names(third.stacks)).toEqual(
      names(synthesize(staging).stacks).map((name) => name.replace("staging", "rehearsal")),
    );
  });

  test("has the same resources as staging, down to every argument", () => {
    for (const [index, stack] of third.stacks.entries()) {
      const counterpart = synthesize(staging).stacks[index];
      expect(counterpart && JSON.parse(readable(counterpart))).toEqual(asStaging(stack));
    }
  });

  test("holds nothing of another environment", () => {
    for (const stack of third.stacks) {
      expect(readable(stack)).not.toMatch(/staging|production|111122223333|444455556666/);
    }
  });

  test("changes nothing in the environments that there are", () => {
    const alone = environments.flatMap((environment) => synthesize(environment).stacks);
    const together = synthesizeTogether([rehearsal(), ...environments]).flatMap(({ stacks }) => stacks);
    for (const stack of alone) {
      expect(together.find((each) => each.name === stack.name)?.json).toBe(stack.json);
    }
    expect(together).toHaveLength(alone.length + third.stacks.length);
  });
});
