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

  test("changes the table of services, and image and user data of the launch template, and nothing else", () => {
    expect(without(first)).toEqual(without(unreleased));
    expect(first.platform.document.data).toBeUndefined();
    expect(templateOf(first).image_id).toBe(IMAGE);
  });

  test("changes in the user data the hash of the table, and nothing else", () => {
    const files = (synthesized: SynthesizedEnvironment) =>
      readUserData(String(templateOf(synthesized).user_data)).files.map((file) => ({
        ...file,
        content: file.content.replace(/(?<=TABLE_SHA256=).*/, "HASH"),
      }));
    expect(files(first)).toEqual(files(unreleased));
    expect(templateOf(first).user_data).not.toBe(templateOf(unreleased).user_data);
  });

  test("is rolled back by another image", () => {
    expect(without(second)).toEqual(without(first));
    expect(templateOf(second).image_id).toBe(SECOND);
  });
});

const templateOf = ({ platform }: SynthesizedEnvironment) => platform.only("aws_launch_template").values;

/** The resources of every stack, without image and user data of the launch template, and without the content of the table. */
function without({ stacks }: SynthesizedEnvironment): unknown {
  const names = ["image_id", "user_data", "content"];
  const valuesOf = ({ type, values }: ReturnType<Stack["resources"]>[number]) =>
    ["aws_launch_template", "aws_s3_object"].includes(type)
      ? Object.fromEntries(Object.entries(values).filter(([name]) => !names.includes(name)))
      : values;
  return stacks.map((stack) => [
    stack.name,
    stack.resources().map((resource) => [resource.address, valuesOf(resource)]),
    { ...stack.document, resource: undefined, data: undefined },
  ]);
}
