// What a reader of the comment alone can see of a plan, and what the JSON report has of it.
import { isJsonObject, type Json } from "@dev-one/cli/json";
import { at, holdsTrue } from "@dev-one/terraform-json/values";

import { type Change, isConfigured } from "../src/model/change";
import { aroundTheDifference, groupBy } from "../src/text";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { cases } from "./corpus/cases";
import { create, destroy, plan, source, unchanged, update } from "./corpus/plans";

const DAY = "2026-11-25";

/** Twenty plans of the corpus, chosen by a linear congruential generator with a fixed seed. */
function twentyPlans() {
  let state = 20_261_125;
  const asking = cases.filter(({ expected }) => expected !== "nothing");
  return Array.from({ length: 20 }, () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return asking[state % asking.length] ?? asking[0];
  }).flatMap((each) => (each === undefined ? [] : [each]));
}

interface Leaf {
  readonly path: string;
  readonly before: Json | undefined;
  readonly after: Json | undefined;
}

/** Where a plan's own values differ: objects by their keys, and lists of the same length by their indexes. */
function differing(before: Json | undefined, after: Json | undefined, unknown: Json | undefined, path = ""): Leaf[] {
  const below = (keys: readonly string[]): Leaf[] =>
    keys.flatMap((key) =>
      differing(at(before, key), at(after, key), at(unknown, key), path === "" ? key : `${path}.${key}`),
    );
  if (isJsonObject(before) && isJsonObject(after)) return below(Object.keys({ ...before, ...after }));
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length)
    return below(Object.keys(before));
  if (JSON.stringify(before ?? null) === JSON.stringify(after ?? null) && !holdsTrue(unknown)) return [];
  return [{ path, before, after }];
}

const leavesOf = (change: Change): Leaf[] =>
  differing(change.before ?? {}, change.after ?? {}, change.unknown).filter(({ path }) =>
    isConfigured(change, path.split(".")[0] ?? ""),
  );

/** Paths by address in the folded diffs of a comment. */
function pathsIn(markdown: string): ReadonlyMap<string, string[]> {
  const sections = [...markdown.matchAll(/^<code>(.*?)<\/code> \S+\n\n(`{3,})diff\n([\s\S]*?)\n\2$/gm)];
  const plain = (html: string): string =>
    html.replaceAll("&quot;", '"').replaceAll("&lt;", "<").replaceAll("&amp;", "&");
  const lines = sections.flatMap(([, address = "", , block = ""]) =>
    block.split("\n").map((line) => ({ address: plain(address), path: line.slice(2).split(/ = | {2}#| > /)[0] ?? "" })),
  );
  return new Map([...groupBy(lines, ({ address }) => address)].map(([key, own]) => [key, own.map(({ path }) => path)]));
}

const isPart = (one: string, other: string): boolean => one === other || one.startsWith(`${other}.`);

test.each(twentyPlans().map((each, index) => [`${index + 1}: ${each.name}`, each] as const))(
  "the comment shows each changed attribute of each change that asks; the JSON report has its whole values (%s)",
  (_name, each) => {
    const found = review([source(each.plan)], { today: DAY });
    const { markdown, jsonReport } = renderReview(found, DAY);
    const paths = pathsIn(markdown);
    const missing = found.stacks.flatMap(({ stack, findings, harmless }) => {
      const asking = new Set(findings.filter(({ severity }) => severity !== "note").map(({ address }) => address));
      const folded = new Set(harmless.map(({ change }) => change.address));
      return stack.changes
        .filter(({ action }) => !["no-op", "read", "forget", "import", "move"].includes(action))
        .filter(({ address }) => asking.has(address) && !folded.has(address))
        .flatMap((change) => {
          const shown = paths.get(change.address) ?? [];
          const report = (jsonReport.stacks[0]?.changes ?? [])
            .filter(({ address }) => address === change.address)
            .flatMap(({ differences }) => differences);
          return leavesOf(change).flatMap(({ path, after }) => {
            const isShown = shown.some((line) => isPart(line, path) || isPart(path, line));
            const own = report.filter((difference) => {
              const outer = difference.path.split(" > ")[0] ?? "";
              return isPart(outer, path) || isPart(path, outer);
            });
            const isWhole = own.some(
              (value) =>
                typeof after === "object" ||
                after === undefined ||
                value.path.includes(" > ") ||
                value.after === null ||
                /\((sensitive|not shown|known after the apply)\)/.test(value.after) ||
                value.after.includes(String(after)) ||
                value.after === JSON.stringify(after),
            );
            return isShown && isWhole ? [] : [`${change.address}: ${path}`];
          });
        });
    });
    expect(missing).toEqual([]);
  },
);

test("the JSON report has the whole value of a long text, and the comment each place where it differs", () => {
  const lines = Array.from({ length: 400 }, (_, index) => `line ${index}: value-${index}`);
  const changed = lines.map((line, index) => ([10, 200, 390].includes(index) ? line.replace("value", "other") : line));
  const [before, after] = [lines.join("\n"), changed.join("\n")];
  const { markdown, jsonReport } = renderReview(
    review([source(plan([update("aws_ssm_document.d", { content: before }, { content: after })]))], { today: DAY }),
    DAY,
  );
  for (const place of [10, 200, 390]) {
    expect(markdown).toContain(`value-${place}`);
    expect(markdown).toContain(`other-${place}`);
  }
  expect(markdown).not.toContain("value-100");
  expect(jsonReport.stacks[0]?.changes[0]?.differences[0]?.after).toBe(after.replaceAll("\n", "\\n"));
});

test.each([
  ["long words without separators", `${"a".repeat(300)}b${"c".repeat(300)}`, `${"a".repeat(300)}d${"c".repeat(300)}`],
  ["words in another order", "one two ".repeat(40) + "three", "three " + "two one ".repeat(40)],
  ["an empty text", "x ".repeat(200), ""],
])("what is cut of %s is equal on both sides, and counted", (_what, before, after) => {
  const [old = "", fresh = ""] = aroundTheDifference(before, after);
  const cut = (text: string): number =>
    [...text.matchAll(/\((\d+) equal characters\)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
  const rest = (text: string): number => text.replaceAll(/(\.\.\. )?\(\d+ equal characters\)( \.\.\.)?/g, "").length;
  expect(rest(old) + cut(old)).toBe(before.length);
  expect(rest(fresh) + cut(fresh)).toBe(after.length);
  expect(cut(old)).toBe(cut(fresh));
});

test.each([10, 300, 1200])(
  "what the comment shows and what it counts as left out is all of the JSON report (%d)",
  (count) => {
    const long = (letter: string): string => letter.repeat(150);
    const changes = Array.from({ length: count }, (_, index) => [
      update(`acme_thing.u${index}`, { value: long("a") }, { value: long("b") }),
      update(`aws_vpc.t${index}`, { tags: { a: "1" } }, { tags: { a: "2" } }),
    ]).flat();
    const { markdown, jsonReport } = renderReview(
      review(
        [
          source(
            plan([
              ...changes,
              create("acme_thing.c", { a: 1 }),
              destroy("acme_thing.d", { a: 1 }),
              unchanged("acme_thing.n", {}),
            ]),
          ),
        ],
        {
          today: DAY,
        },
      ),
      DAY,
    );
    const [stack] = jsonReport.stacks;
    const parts = markdown.split("#### To approve\n\n")[1] ?? "";
    const shown = parts.match(/^<code>acme_thing\.\w+<\/code> |^- `(acme_thing|aws_vpc)\.\w+`/gm)?.length ?? 0;
    const cut = [...parts.matchAll(/^(\d+) more left out/gm)].reduce((sum, [, each]) => sum + Number(each), 0);
    // The created resource stands among the changes and among the created ones.
    expect(shown + cut).toBe((stack?.changes.length ?? 0) + 1);
  },
);
