import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { source } from "./corpus/plans";
import { releases, releasesToApprove } from "./corpus/releases";

const TODAY = "2026-11-25";
const planOf = (name: string) => {
  const [, plan] = [...releases, ...releasesToApprove].find(([each]) => each === name) ?? [];
  if (plan === undefined) throw new Error(`There is no plan "${name}"`);
  return source(plan, "production");
};
const linesOf = (name: string): string[] =>
  renderReview(review([planOf(name)], { today: TODAY }), TODAY)
    .markdown.split("\n")
    .filter((line) => line.startsWith("Release of"));

const ROW = "(row `shop` of `tables/servers.json`)";

test.each<[name: string, lines: string[]]>([
  [
    "a release of a bundle",
    [`Release of \`shop\` (team \`web\`): \`1.4.1\` → \`1.4.2\`, bundle \`cdcdcdcdcdcd\`… ${ROW}`],
  ],
  [
    "a release of an image",
    ["Release of `web`: `1.4.1` → `1.4.2`, image `ami-bbbbbbbbbbbbbbbbb` (row `web` of `tables/servers.json`)"],
  ],
  [
    "a rollback to an older version",
    [`Release of \`shop\` (team \`web\`): \`1.4.2\` → \`1.4.1\`, an older version, bundle \`abababababab\`… ${ROW}`],
  ],
  [
    "another bundle of the same version",
    [`Release of \`shop\` (team \`web\`): \`1.4.1\` → \`1.4.1\`, the same version, bundle \`cdcdcdcdcdcd\`… ${ROW}`],
  ],
  [
    "another version of the same bundle",
    [`Release of \`shop\` (team \`web\`): \`1.4.1\` → \`1.4.2\`, the same bundle \`abababababab\`… ${ROW}`],
  ],
  [
    "a release of a service on some of the names",
    ["Release of `shop` (team `web`): `1.4.1` → `1.4.2`, bundle `cdcdcdcdcdcd`… (row `shop` of `services/shop.json`)"],
  ],
])("the comment says in one line: %s", (name, lines) => {
  expect(linesOf(name)).toEqual(lines);
});

test("the comment has a line for each of two releases", () => {
  expect(linesOf("releases of two services in one table")).toEqual([
    expect.stringContaining("`cart`: `3.0.0` → `3.1.0`"),
    expect.stringContaining("`shop` (team `web`): `1.4.1` → `1.4.2`"),
  ]);
});

test("the comment does not call a release what changes a setting, too", () => {
  expect(linesOf("a release, and the port beside it")).toEqual([]);
});

test("a group that also changes otherwise is the only thing to approve beside a release", () => {
  const { stacks } = review([planOf("another size of the group beside a release")], { today: TODAY });
  const [stack] = stacks;
  expect(stack?.findings.map(({ kind, address }) => [kind, address])).toEqual([
    ["scaling", "aws_autoscaling_group.zone-1"],
    ["scaling", "aws_autoscaling_group.zone-1"],
    ["release", "aws_s3_object.table"],
  ]);
  expect(stack?.harmless.map(({ change, because }) => [change.address, because])).toEqual([
    ["aws_launch_template.servers", "only the release of a service"],
    ["aws_s3_object.table", "only the release of a service"],
  ]);
});

test("a launch template needs approval where the object of its service changes otherwise", () => {
  const { stacks } = review([planOf("a release of an image on some of the names, and the port beside it")], {
    today: TODAY,
  });
  expect(stacks[0]?.harmless).toEqual([]);
});
