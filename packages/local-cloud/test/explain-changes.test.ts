import type { RawChange, RawPlan } from "@dev-one/terraform-json/read-plan";

import type { EmulatorFault } from "../src/plan/emulator-faults";
import { explainChanges } from "../src/plan/explain-changes";

const fault: EmulatorFault = {
  resourceType: "aws_launch_template",
  attribute: "tag_specifications.*.tags",
  emulator: "invents tags",
  reason: "an example",
};

test("a plan without changes has no unexplained changes, and reports unused faults", () => {
  expect(explainChanges(plan({ actions: ["no-op"], before: { a: 1 }, after: { a: 1 } }), [fault])).toEqual({
    unexplained: [],
    explained: [],
    unused: [fault],
  });
});

test("a listed attribute explains a change in any item of a list", () => {
  const before = { tag_specifications: [{ tags: null }, { tags: "x" }] };
  const after = { tag_specifications: [{ tags: null }, { tags: "y" }] };

  expect(explainChanges(plan({ actions: ["update"], before, after }), [fault])).toMatchObject({
    unexplained: [],
    explained: [fault],
    unused: [],
  });
});

test("a change of another attribute of the same resource is unexplained", () => {
  const before = { tag_specifications: [{ tags: "x" }], image_id: "ami-1" };
  const after = { tag_specifications: [{ tags: "y" }], image_id: "ami-2" };

  expect(explainChanges(plan({ actions: ["update"], before, after }), [fault]).unexplained).toEqual([
    expect.objectContaining({ path: "image_id" }),
  ]);
});

test("a replacement is unexplained", () => {
  const before = { tag_specifications: [{ tags: "x" }] };
  const after = { tag_specifications: [{ tags: "y" }] };

  expect(explainChanges(plan({ actions: ["delete", "create"], before, after }), [fault]).unexplained).toHaveLength(1);
});

test("an attribute that is known after the apply is not a separate change", () => {
  const change = {
    actions: ["update"],
    before: { tag_specifications: [{ tags: "x" }], version: 1 },
    after: { tag_specifications: [{ tags: "y" }] },
    after_unknown: { version: true },
  };

  expect(explainChanges(plan(change), [fault]).unexplained).toEqual([]);
});

test("a changed output is unexplained", () => {
  const outputs = { address: { actions: ["update"], before: "a", after: "b" } };

  expect(explainChanges({ ...plan({ actions: ["no-op"] }), output_changes: outputs }, []).unexplained).toEqual([
    expect.objectContaining({ address: "output.address" }),
  ]);
});

function plan(change: Partial<RawChange>): RawPlan {
  return {
    format_version: "1.2",
    terraform_version: "1.11.4",
    resource_changes: [
      {
        address: "aws_launch_template.servers",
        mode: "managed",
        type: "aws_launch_template",
        name: "servers",
        provider_name: "registry.terraform.io/hashicorp/aws",
        change: { actions: [], ...change },
      },
    ],
  };
}
