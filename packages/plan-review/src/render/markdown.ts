import { isComputed } from "../decision";
import type { Finding } from "../finding";
import { type Change, isConfigured } from "../model/change";
import type { Difference } from "../model/differences";
import { aroundTheDifference, groupBy, plural, say } from "../text";
import type { Counts, Review, StackReview, Verdict } from "../verdict";
import { clean, codeBlock, codeSpan, codeSpanInTable, htmlCode, markdown } from "./escape";

/** GitHub accepts 65,536 characters in a comment; the rest is for the text that the workflow adds (packages/delivery/src). */
export const LONGEST_COMMENT = 61_500;

const LONGEST_COST = 600;
/** Of one value, and of two that are cut to the places where they differ. */
const LONGEST_VALUE = { one: 600, two: 4_000 };
/** Services that are named; the rest is counted. */
const MOST_SERVICES = 30;

/** Identifies the comment, so that the workflow can update it. */
export const MARKER = "<!-- dev-one plan review -->";

const SIGNS: Readonly<Record<Verdict, string>> = { nothing: "✅", approve: "👀", forbidden: "⛔", error: "❌" };
const WORDS: Readonly<Record<Verdict, string>> = {
  nothing: "nothing to approve",
  approve: "a person must approve",
  forbidden: "forbidden",
  error: "Terraform could not finish the plan",
};

/** Detail of a dangerous finding: with reasons and paths, or kind and address alone. */
type Detail = "full" | "address";

export interface Rendered {
  readonly markdown: string;
  /** The verdict of the review, or "forbidden" where the comment cannot show all findings that need approval. */
  readonly verdict: Verdict;
}

/** Text of a plan as code. */
const code = (text: string, { stack }: StackReview): string => codeSpan(clean(text, stack.secrets));

/** The review as one comment. Dangerous findings come first, unfolded, and are never cut. */
export function renderMarkdown(review: Review): Rendered {
  for (const detail of ["full", "address"] as const) {
    const fixed = fixedParts(review, detail);
    // Each stack also needs its footer, and a note when something is left out.
    const footers = review.stacks.map((each) => footer(each) + leftOut(1e6));
    const spare = LONGEST_COMMENT - [...fixed, ...footers].reduce((sum, { length }) => sum + length + 2, 0);
    if (spare >= 0) return { markdown: assemble(fixed, folded(review, spare)), verdict: review.verdict };
  }
  return { markdown: overfull(review), verdict: review.verdict === "error" ? "error" : "forbidden" };
}

/** Title, verdicts and dangerous findings; these parts are never cut. */
function fixedParts(review: Review, detail: Detail): string[] {
  const title = `${MARKER}\n## ${SIGNS[review.verdict]} Plan review: ${WORDS[review.verdict]}`;
  const overview = review.stacks.length > 1 ? [overviewTable(review)] : [];
  return [[title, ...overview].join("\n\n"), ...review.stacks.map((each) => stackPart(each, detail))];
}

function overviewTable({ stacks }: Review): string {
  const rows = stacks.map((each) => {
    const { create, update, replace, delete: destroy } = each.counts;
    const name = codeSpanInTable(clean(each.stack.name, each.stack.secrets));
    return `| ${name} | ${SIGNS[each.verdict]} ${WORDS[each.verdict]} | ${each.danger} | ${create} | ${update} | ${replace} | ${destroy} |`;
  });
  return [
    "| stack | verdict | class | create | change | replace | destroy |",
    "| --- | --- | --- | ---: | ---: | ---: | ---: |",
    ...rows,
  ].join("\n");
}

function stackPart(each: StackReview, detail: Detail): string {
  const { stack, verdict, danger, counts, findings } = each;
  const name = code(stack.name, each);
  const lines = [`### ${SIGNS[verdict]} ${name}: ${WORDS[verdict]}, class ${danger}; ${counted(counts)}`];
  if (verdict === "error") {
    lines.push(
      "Terraform stopped with an error; its output has the message. The changes that it had planned until then are below; the plan cannot be applied.",
    );
  }
  const { name: environment, isProduction, evidence } = stack.environment;
  const treated =
    isProduction || environment === undefined
      ? say`Treated as production: ${evidence}.`
      : say`Environment ${environment}, treated as non-production (${evidence}).`;
  lines.push(markdown(treated, stack.secrets));
  if (each.cost !== undefined) {
    // As code, because the line can contain text of the plan.
    lines.push(`Cost: ${codeSpan(clean(each.cost.replace(/^Cost: /, ""), stack.secrets, LONGEST_COST))}`);
  }
  if (each.services.length > 0) lines.push(serviceLines(each));
  const releases = findings.filter(({ kind }) => kind === "release").map(({ title }) => markdown(title, stack.secrets));
  if (releases.length > 0) lines.push(releases.join("\n"));
  // Findings about one resource stand together, by the worst of them.
  const decided = findings.filter((finding) => finding.severity !== "note" && isDangerous(finding));
  const worstOnes = new Set(decided.filter(({ severity }) => severity === "forbidden").map(({ address }) => address));
  const forbidden = decided.filter(({ address }) => worstOnes.has(address));
  const dangerous = decided.filter(({ address }) => !worstOnes.has(address));
  if (detail === "address")
    lines.push("Titles and details of findings are left out: the comment would be too long. The JSON report has them.");
  if (forbidden.length > 0)
    lines.push(`#### Forbidden without an allowance\n\n${findingLines(each, forbidden, detail)}`);
  if (dangerous.length > 0) lines.push(`#### To approve\n\n${findingLines(each, dangerous, detail)}`);
  for (const { allowance, because } of each.ignoredAllowances) {
    const { kind, address, until } = allowance;
    const ignored = say`Allowance ignored (${[because]}): ${kind} at ${address} until ${until}.`;
    lines.push(markdown(ignored, stack.secrets));
  }
  return lines.join("\n\n");
}

/** One line for each service whose resources change. */
function serviceLines(each: StackReview): string {
  const lines = each.services.slice(0, MOST_SERVICES).map(({ service, team, changed }) => {
    const owner = team === undefined ? "" : ` (team ${code(team, each)})`;
    return `- ${code(service, each)}${owner}: ${plural(changed, "resource")} changed`;
  });
  const rest = each.services.length - lines.length;
  return ["Services:", ...lines, ...(rest === 0 ? [] : [`- ${rest} more`])].join("\n");
}

/** Findings that only say created or changed are folded. */
function isDangerous({ kind }: Finding): boolean {
  return kind !== "created" && kind !== "changed";
}

/** Findings grouped by resource. */
function findingLines(review: StackReview, findings: readonly Finding[], detail: Detail): string {
  const { stack } = review;
  const paths = new Map(stack.changes.map((change) => [change.address, change.constructPath]));
  return [...groupBy(findings, ({ address }) => address)]
    .map(([address, group]) => {
      const resource = code(address, review);
      if (detail === "address") return `- ${[...new Set(group.map(({ kind }) => kind))].join(", ")}: ${resource}`;
      // Bold text must not end in a space.
      const titles = group.map(({ title }) => `**${markdown(title, stack.secrets).trim()}**`);
      const path = paths.get(address);
      const where = path === undefined ? "" : ` (${code(path, review)})`;
      const lines = group.map(({ details = [], allowance }) => {
        const allowed = allowance === undefined ? [] : [say`allowed until ${allowance.until}: ${allowance.reason}`];
        return [...details, ...allowed].map((line) => `  - ${markdown(line, stack.secrets)}`);
      });
      if (titles.length === 1) return [`- ${titles.join("")}: ${resource}${where}`, ...lines.flat()].join("\n");
      // Each title with its details.
      const parts = titles.flatMap((each, index) => [
        `  - ${each}`,
        ...(lines[index] ?? []).map((line) => `  ${line}`),
      ]);
      return [`- ${resource}${where}`, ...parts].join("\n");
    })
    .join("\n");
}

function counted({ create, update, replace, delete: destroy, state, deferred, invoke, failedChecks }: Counts): string {
  const parts = [
    `${create} to create`,
    `${update} to change`,
    `**${replace} to replace**`,
    `**${destroy} to destroy**`,
    `${state} only in the state`,
    `**${deferred} deferred**`,
    `**${invoke} to invoke**`,
    `**${plural(failedChecks, "failed check")}**`,
  ].filter((part) => !/^\**0 /.test(part));
  return parts.length === 0 ? "no changes" : parts.join(", ");
}

interface Fold {
  readonly summary: string;
  /** Each is shown completely or left out. */
  readonly items: readonly string[];
}

/** What a stack leaves out without a fold of its own. */
const leftOut = (count: number): string =>
  `\n\n${count} more left out: the comment would be too long. The JSON report has them.`;

/** The folded parts of each stack, within the space that the fixed parts leave. */
function folded(review: Review, spare: number): string[] {
  let left = spare;
  return review.stacks.map((stack) => {
    let without = 0;
    const parts = foldsOf(stack).flatMap(({ summary, items }) => {
      const frame = summary.length + 160;
      const shown = items.slice(0, fitting(items, left - frame));
      const cut = items.length - shown.length;
      if (shown.length === 0) {
        without += cut;
        return [];
      }
      left -= frame + shown.reduce((sum, { length }) => sum + length + 1, 0);
      const rest =
        cut === 0 ? [] : ["", `${cut} more left out: the comment would be too long. The JSON report has them.`];
      return [["<details>", `<summary>${summary}</summary>`, "", ...shown, ...rest, "", "</details>"].join("\n")];
    });
    return [...parts, `${footer(stack)}${without === 0 ? "" : leftOut(without)}`].join("\n\n");
  });
}

/** How many texts fit into a space, each with a line end. */
function fitting(texts: readonly string[], space: number): number {
  let end = 0;
  const first = texts.findIndex(({ length }) => (end += length + 1) > space);
  return first === -1 ? texts.length : first;
}

function foldsOf(each: StackReview): Fold[] {
  const { stack, harmless, findings } = each;
  const ofKind = (kind: Finding["kind"]) =>
    new Set(findings.filter((finding) => finding.kind === kind).map(({ address }) => address));
  const created = ofKind("created");
  const folds: Fold[] = [];
  const add = (summary: string, items: readonly string[]): void => {
    if (items.length > 0) folds.push({ summary, items });
  };
  const changed = stack.changes.filter(({ action, differences }) => action === "update" || differences.length > 0);
  const harmlessAddresses = new Set(harmless.map(({ change }) => change.address));
  const diffs = changed.filter(({ address }) => !harmlessAddresses.has(address));
  add(
    `${plural(diffs.length, "change")}, attribute by attribute`,
    diffs.map((change) => diffItem(change, each)),
  );
  add(
    `${plural(created.size, "resource")} to create, without those above`,
    [...created].map((address) => `- ${code(address, each)}`),
  );
  const moved = [...stack.changes, ...stack.drift].filter(({ previousAddress }) => previousAddress !== undefined);
  add(
    `${moved.length} moved within the state`,
    moved.map(
      ({ address, previousAddress }) => `- ${markdown(say`${previousAddress ?? ""} is now ${address}`, stack.secrets)}`,
    ),
  );
  const asking = ofKind("drift");
  // What the apply creates again stands among the changes.
  const drifted = stack.drift.filter(({ address }) => asking.has(address) && !stack.recreated.has(address));
  const harmlessDrift = stack.drift.filter(({ address }) => !asking.has(address));
  add(
    `${plural(drifted.length, "resource")} changed outside Terraform`,
    drifted.map((change) => diffItem(change, each)),
  );
  add(
    `${plural(harmlessDrift.length, "resource")} changed outside Terraform, only in values that nothing depends on`,
    harmlessDrift.map((change) => diffItem(change, each)),
  );
  add(
    plural(stack.outputs.length, "output"),
    stack.outputs.map(({ differences, name, action }) => {
      const heading = `- ${action} ${code(name, each)}`;
      return differences.length === 0 ? heading : `${heading}\n\n${codeBlock("diff", diffLines(differences, each))}\n`;
    }),
  );
  const reasons = [...new Set(harmless.map(({ because }) => because))].sort();
  for (const reason of reasons) {
    const items = harmless
      .filter(({ because }) => because === reason)
      .map((one) => `- ${code(one.change.address, each)}`);
    add(`${items.length} folded: ${reason}`, items);
  }
  return folds;
}

/**
 * What is shown of a change: of an update all but what the provider computes, of other changes what the configuration sets, because a
 * replacement makes computed attributes unknown.
 */
function shownDifferences(change: Change): Difference[] {
  return change.differences.filter(({ attribute, before, after, forces, isUnknown }) => {
    if (forces) return true;
    if (change.action === "update") return !(isUnknown && isComputed(change, attribute));
    return isConfigured(change, attribute) && [before, after].some((value) => (value ?? "null") !== "null");
  });
}

function diffItem(change: Change, each: StackReview): string {
  const { address, action, differences } = change;
  const shown = shownDifferences(change);
  const rest = differences.length - shown.length;
  const others = rest === 0 ? "" : `${plural(rest, "attribute")} known after the apply, or not in the configuration`;
  const note = differences.length === 0 && action === "update" ? "no value differs" : others;
  if (shown.length === 0) {
    return `- ${code(address, each)} ${action}${note === "" ? "" : `: ${note}`}`;
  }
  const heading = `${htmlCode(clean(address, each.stack.secrets))} ${action}`;
  return `\n${heading}\n\n${codeBlock("diff", diffLines(shown, each))}\n${note === "" ? "" : `\n${note}\n`}`;
}

function diffLines(differences: readonly Difference[], { stack }: StackReview): string[] {
  return differences.flatMap(({ path, before, after, forces, note }) => {
    const name = clean(path, stack.secrets);
    const both = before !== undefined && after !== undefined;
    const [old, fresh] = aroundTheDifference(before, after).map((value) =>
      value === undefined
        ? undefined
        : value === ""
          ? '""'
          : clean(value, stack.secrets, both ? LONGEST_VALUE.two : LONGEST_VALUE.one),
    );
    const notes = [note, forces ? "forces the replacement" : undefined].filter((each) => each !== undefined);
    const mark = notes.length === 0 ? "" : `  # ${notes.join(", ")}`;
    return [
      ...(old === undefined ? [] : [`- ${name} = ${old}${fresh === undefined ? mark : ""}`]),
      ...(fresh === undefined ? [] : [`+ ${name} = ${fresh}${mark}`]),
      ...(old === undefined && fresh === undefined ? [`  ${name}${mark}`] : []),
    ];
  });
}

function footer({ stack }: StackReview): string {
  const { plan, jsonSha256, planSha256 } = stack.source;
  const of =
    planSha256 === undefined
      ? say`plan as JSON, SHA-256 ${jsonSha256}`
      : say`plan file, SHA-256 ${planSha256}; as JSON, ${jsonSha256}`;
  return `<sub>${htmlPhrase(say`${stack.name}: Terraform ${plan.terraform_version}, plan format ${plan.format_version}; ${of}`, stack)}</sub>`;
}

function htmlPhrase(phrase: ReturnType<typeof say>, stack: StackReview["stack"]): string {
  return phrase.map((part) => (typeof part === "string" ? part : htmlCode(clean(part.code, stack.secrets)))).join("");
}

function assemble(fixed: readonly string[], folds: readonly string[]): string {
  const [title = "", ...stacks] = fixed;
  return `${[title, ...stacks.flatMap((part, index) => [part, folds[index] ?? ""])].filter((part) => part !== "").join("\n\n")}\n`;
}

/** The comment when even the addresses of the dangerous findings do not fit; the verdict is forbidden. */
function overfull(review: Review): string {
  const title = `${MARKER}\n## ${SIGNS.forbidden} Plan review: ${review.verdict === "error" ? WORDS.error : "forbidden"}`;
  const why =
    "There are more dangerous changes than a comment can show, so that they cannot be approved here: split the change into smaller ones. The JSON report has all of them.";
  const stacks = review.stacks.map((each) => {
    const { stack, counts, danger, findings } = each;
    const decided = findings.filter(({ severity }) => severity !== "note");
    const kinds = [...new Set(decided.map(({ kind }) => kind))].map(
      (kind) => `${decided.filter((finding) => finding.kind === kind).length} ${kind}`,
    );
    return `### ${SIGNS.forbidden} ${code(stack.name, each)}: forbidden, class ${danger}; ${counted(counts)}\n\n${kinds.join(", ")}`;
  });
  return `${[title, why, ...stacks].join("\n\n").slice(0, LONGEST_COMMENT - 1)}\n`;
}
