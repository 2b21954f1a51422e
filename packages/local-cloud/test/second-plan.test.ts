import { parsePlan } from "@dev-one/terraform-json/read-plan";

import { describeChanges } from "../src/second-plan";

const plan = (change: object, outputs: object = {}) =>
  parsePlan(
    JSON.stringify({
      format_version: "1.2",
      resource_changes: [{ address: "aws_launch_template.servers", type: "aws_launch_template", change }],
      output_changes: outputs,
    }),
  );

test.each([
  { what: "nothing", change: { actions: ["no-op"], before: { a: 1 }, after: { a: 1 } }, lines: [] },
  {
    what: "the changed attributes, without derived ones",
    change: {
      actions: ["update"],
      before: { image_id: "ami-1", name: "a", tags: { a: "1" }, version: 1 },
      after: { image_id: "ami-2", name: "a", tags: {} },
      after_unknown: { version: true },
    },
    lines: ["update aws_launch_template.servers: image_id, tags"],
  },
  {
    what: "a deletion",
    change: { actions: ["delete"], before: { name: "a" }, after: null },
    lines: ["delete aws_launch_template.servers"],
  },
])("describes $what", ({ change, lines }) => {
  expect(describeChanges(plan(change))).toEqual(lines);
});

test("describes a changed output", () => {
  const outputs = { address: { actions: ["update"], before: "a", after: "b" } };

  expect(describeChanges(plan({ actions: ["no-op"] }, outputs))).toEqual(["update output.address"]);
});
