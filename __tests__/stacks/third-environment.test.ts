import { readUserData } from "@dev-one/terraform-json/user-data";

import { fixture, sandbox } from "../fixtures/environment";
import { rehearsal } from "../fixtures/variants";
import type { Stack } from "../support/stack";
import { synthesize, synthesizeTogether } from "../support/synthesis";

/** A stack with the names of the third environment replaced by those of the sandbox. */
function asSandbox(stack: Stack): unknown {
  const inSandbox = (text: string) =>
    text.replaceAll("rehearsal", "sandbox").replaceAll("777788889999", "109876543210");
  return [inSandbox(stack.name), JSON.parse(inSandbox(readable(stack)))];
}

/** The JSON, with user data as it reads on the server. */
function readable(stack: Stack): string {
  return JSON.stringify(stack.document, (key, value: unknown) =>
    key === "user_data" && typeof value === "string" ? readUserData(value).text : value,
  );
}

describe("a third environment", () => {
  const third = synthesize(rehearsal);

  test("has the same stacks as the sandbox, with the same resources and arguments", () => {
    expect(third.stacks.map(asSandbox)).toEqual(synthesize(sandbox).stacks.map(asSandbox));
  });

  test("contains no name or account of another environment", () => {
    for (const stack of third.stacks) {
      expect(readable(stack)).not.toMatch(/sandbox|fixture|109876543210|210987654321/);
    }
  });

  test("changes nothing in the other environments", () => {
    const alone = [fixture, sandbox].flatMap((environment) => synthesize(environment).stacks);
    const together = synthesizeTogether([rehearsal, fixture, sandbox]).flatMap(({ stacks }) => stacks);
    for (const stack of alone) {
      expect(together.find((each) => each.name === stack.name)?.json).toBe(stack.json);
    }
    expect(together).toHaveLength(alone.length + third.stacks.length);
  });
});
