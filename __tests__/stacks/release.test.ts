import { readUserData } from "@dev-one/terraform-json/user-data";

import { fixture } from "../fixtures/environment";
import { fixtureWith, IMAGE, withImage } from "../fixtures/variants";
import type { Stack } from "../support/stack";
import { synthesize, type SynthesizedEnvironment } from "../support/synthesis";

// A release pins an image, and a rollback pins another one. Pictures, costs and alerts are made from the stacks: what does not differ here
// cannot make them stale.

const SECOND = "ami-0fedcba9876543210";

describe("a release of an image", () => {
  const unreleased = synthesize(fixture);
  const first = synthesize(withImage);
  const second = synthesize(fixtureWith({ releases: { web: { version: "2.0.1", image: SECOND } } }));

  test("changes image and user data of the launch template, and nothing else", () => {
    expect(without(first, "image_id", "user_data")).toEqual(without(unreleased, "image_id", "user_data"));
    expect(first.platform.document.data).toBeUndefined();
    expect(templateOf(first).image_id).toBe(IMAGE);
  });

  test("removes from the user data the marker that no program is expected, and nothing else", () => {
    const files = (synthesized: SynthesizedEnvironment) =>
      readUserData(String(templateOf(synthesized).user_data)).files;
    expect(files(first)).toEqual(files(unreleased).filter(({ path }) => path !== "/etc/dev-one/no-program"));
    expect(files(unreleased).length).toBe(files(first).length + 1);
  });

  test("is rolled back by another image, which changes the image only", () => {
    expect(without(second, "image_id")).toEqual(without(first, "image_id"));
    expect(templateOf(second).image_id).toBe(SECOND);
  });
});

const templateOf = ({ platform }: SynthesizedEnvironment) => platform.only("aws_launch_template").values;

/** The resources of every stack, without these arguments of the launch template. */
function without({ stacks }: SynthesizedEnvironment, ...names: string[]): unknown {
  const valuesOf = ({ type, values }: ReturnType<Stack["resources"]>[number]) =>
    type === "aws_launch_template"
      ? Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
      : values;
  return stacks.map((stack) => [
    stack.name,
    stack.resources().map((resource) => [resource.address, valuesOf(resource)]),
    { ...stack.document, resource: undefined, data: undefined },
  ]);
}
