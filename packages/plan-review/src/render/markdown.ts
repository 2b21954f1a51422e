import type { Finding } from "../finding";
import { type Change, isComputed, isConfigured } from "../model/change";
import { type Difference, noteOf } from "../model/differences";
import { plural, say } from "../text";
import type { Counts, Review, StackReview, Verdict } from "../verdict";
import { clean, codeBlock, codeSpan, codeSpanInTable, htmlCode, markdown } from "./escape";

/** GitHub takes 65,536 characters in a comment; the rest is for what the workflow says around it (packages/delivery/src). */
export const LONGEST_COMMENT = 61_500;

const LONGEST_COST = 600;

/** By which a workflow finds its own comment again. */
export const MARKER = "<!-- dev-one plan review -->";

const SIGNS: Readonly<Record<Verdict, string>> = { nothing: "✅", approve: "👀", forbidden: "⛔", error: "❌" };
const WORDS: Readonly<Record<Verdict, string>> = {
  nothing: "nothing to approve",
  approve: "a person must approve",
  forbidden: "forbidden",
  error: "Terraform could not finish the plan",
};

/** How much is said of each dangerous thing: with reasons and paths, in one line, or by its address alone. */
type Detail = "full" | "short" | "address";

export interface Rendered {
  readonly markdown: string;
  /** Whether everything that somebody must see is in it. When it is not, nobody can approve it. */
  readonly showsAllDangers: boolean;
}

/** The review as one comment. What is dangerous stands first, unfolded, and is never cut. */
export function renderMarkdown(review: Review, most = LONGEST_COMMENT): Rendered {
  for (const detail of ["full", "short", "address"] as const) {
    const fixed = fixedParts(review, detail);
    // Beside the dangers, what is said of each stack in any case: its hashes, and that something is left out.
    const footers = review.stacks.map((each) => footer(each) + LEFT_OUT);
    const spare = most - [...fixed, ...footers].reduce((sum, { length }) => sum + length + 2, 0);
    if (spare >= 0) return { markdown: assemble(fixed, folded(review, spare)), showsAllDangers: true };
  }
  return { markdown: overfull(review, most), showsAllDangers: false };
}

/** Title, verdicts and dangers: for each stack one part, before which nothing is cut. */
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
  const name = codeSpan(clean(stack.name, stack.secrets));
  const lines = [`### ${SIGNS[verdict]} ${name}: ${WORDS[verdict]}, class ${danger}; ${counted(counts)}`];
  if (verdict === "error") {
    lines.push(
      "Terraform stopped with an error, which its own output names. What it had planned until then is below; it cannot be applied.",
    );
  }
  if (!stack.environment.isProduction && stack.environment.name !== undefined) {
    lines.push(
      markdown(
        say`Environment ${stack.environment.name}, which may be rebuilt (${stack.environment.evidence}).`,
        stack.secrets,
      ),
    );
  } else {
    lines.push(markdown(say`Judged as production: ${stack.environment.evidence}.`, stack.secrets));
  }
  if (each.cost !== undefined) lines.push(costLine(each.cost, each));
  // All that is said of one resource stands together, at the worst of it.
  const decided = findings.filter((finding) => finding.severity !== "note" && isDangerous(finding));
  const worstOnes = new Set(decided.filter(({ severity }) => severity === "forbidden").map(({ address }) => address));
  const forbidden = decided.filter(({ address }) => worstOnes.has(address));
  const dangerous = decided.filter(({ address }) => !worstOnes.has(address));
  if (forbidden.length > 0)
    lines.push(`#### Forbidden without an allowance\n\n${findingLines(each, forbidden, detail)}`);
  if (dangerous.length > 0) lines.push(`#### To approve\n\n${findingLines(each, dangerous, detail)}`);
  for (const { allowance, because } of each.ignoredAllowances) {
    lines.push(
      markdown(
        say`An allowance does not count (${[because]}): ${allowance.kind} at ${allowance.address} until ${allowance.until}.`,
        stack.secrets,
      ),
    );
  }
  return lines.join("\n\n");
}

/** The amounts as code: where a plan cannot be priced, words of the plan are among them. */
function costLine(line: string, { stack }: StackReview): string {
  return `Cost: ${codeSpan(clean(line.replace(/^Cost: /, ""), stack.secrets, LONGEST_COST))}`;
}

/** What has no meaning of its own beyond being made or changed is folded. */
function isDangerous({ kind }: Finding): boolean {
  return kind !== "created" && kind !== "changed";
}

/** By resource: what happens to one stands together. */
function findingLines({ stack }: StackReview, findings: readonly Finding[], detail: Detail): string {
  const byAddress = new Map<string, Finding[]>();
  for (const finding of findings) {
    const group = byAddress.get(finding.address);
    if (group === undefined) byAddress.set(finding.address, [finding]);
    else group.push(finding);
  }
  const paths = new Map(stack.changes.map((change) => [change.address, change.constructPath]));
  return [...byAddress]
    .map(([address, group]) => {
      const code = codeSpan(clean(address, stack.secrets));
      if (detail === "address") return `- ${[...new Set(group.map(({ kind }) => kind))].join(", ")}: ${code}`;
      const titles = group.map(({ title }) => `**${boldSafe(markdown(title, stack.secrets))}**`);
      if (detail === "short") return `- ${titles.join("; ")}: ${code}`;
      const path = paths.get(address);
      const where = path === undefined ? "" : ` (${codeSpan(clean(path, stack.secrets))})`;
      const lines = group.map(({ details = [], allowance }) => [
        ...details.map((line) => `- ${markdown(line, stack.secrets)}`),
        ...(allowance === undefined
          ? []
          : [`- ${markdown(say`allowed until ${allowance.until}: ${allowance.reason}`, stack.secrets)}`]),
      ]);
      if (titles.length === 1) {
        return [`- ${titles.join("")}: ${code}${where}`, ...(lines[0] ?? []).map((line) => `  ${line}`)].join("\n");
      }
      // Each with what explains it.
      return [
        `- ${code}${where}`,
        ...titles.flatMap((each, index) => [`  - ${each}`, ...(lines[index] ?? []).map((line) => `    ${line}`)]),
      ].join("\n");
    })
    .join("\n");
}

/** Bold text must not end in a space. */
const boldSafe = (text: string): string => text.trim();

function counted({ create, update, replace, delete: destroy, state }: Counts): string {
  const parts = [
    create > 0 ? `${create} to create` : "",
    update > 0 ? `${update} to change` : "",
    replace > 0 ? `**${replace} to replace**` : "",
    destroy > 0 ? `**${destroy} to destroy**` : "",
    state > 0 ? `${state} only in the state` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "no changes" : parts.join(", ");
}

interface Fold {
  readonly summary: string;
  /** Each is kept whole, or left out. */
  readonly items: readonly string[];
}

const LEFT_OUT = "\n\nMore is left out here: the comment would be too long. The JSON twin has it.";

/** For each stack, what is folded, within the space that is left beside what is always said. */
function folded(review: Review, spare: number): string[] {
  let left = spare;
  return review.stacks.map((stack) => {
    let silent = 0;
    const parts = foldsOf(stack).flatMap(({ summary, items }) => {
      const frame = summary.length + 160;
      const shown: string[] = [];
      left -= frame;
      for (const item of items) {
        if (item.length + 1 > left) break;
        left -= item.length + 1;
        shown.push(item);
      }
      const cut = items.length - shown.length;
      if (shown.length === 0 && left < 0) {
        left += frame;
        const note = `${cut} of ${summary} left out here: the comment would be too long. The JSON twin has them.`;
        if (note.length + 2 > left) {
          silent += 1;
          return [];
        }
        left -= note.length + 2;
        return [note];
      }
      const rest =
        cut === 0 ? [] : ["", `${cut} more left out here: the comment would be too long. The JSON twin has them.`];
      return [["<details>", `<summary>${summary}</summary>`, "", ...shown, ...rest, "", "</details>"].join("\n")];
    });
    return [...parts, `${footer(stack)}${silent > 0 ? LEFT_OUT : ""}`].join("\n\n");
  });
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
    `${plural(created.size, "resource")} to create, beside what is above`,
    [...created].map((address) => `- ${codeSpan(clean(address, stack.secrets))}`),
  );
  const moved = stack.changes.filter(({ previousAddress }) => previousAddress !== undefined);
  add(
    `${moved.length} moved within the state`,
    moved.map(
      ({ address, previousAddress }) => `- ${markdown(say`${previousAddress ?? ""} is now ${address}`, stack.secrets)}`,
    ),
  );
  const drifted = stack.drift.filter((change) => change.action !== "update" || shownDifferences(change).length > 0);
  const computed = stack.drift.filter((change) => !drifted.includes(change));
  add(
    `${plural(drifted.length, "resource")} changed outside Terraform`,
    drifted.map((change) => diffItem(change, each)),
  );
  add(
    `${plural(computed.length, "resource")} with other values outside Terraform, none of which is configured`,
    computed.map(({ address }) => `- ${codeSpan(clean(address, stack.secrets))}`),
  );
  add(
    plural(stack.outputs.length, "output"),
    stack.outputs.flatMap(({ differences, name, action }) => {
      const heading = `- ${action} ${codeSpan(clean(name, stack.secrets))}`;
      return differences.length === 0
        ? [heading]
        : [`${heading}\n\n${codeBlock("diff", diffLines(differences, each))}\n`];
    }),
  );
  const reasons = [...new Set(harmless.map(({ because }) => because))].sort();
  for (const reason of reasons) {
    const items = harmless
      .filter(({ because }) => because === reason)
      .map(({ change }) => `- ${codeSpan(clean(change.address, stack.secrets))}`);
    add(`${items.length} folded: ${reason}`, items);
  }
  return folds;
}

/** What the configuration changes; the rest follows from it, or is the provider's own bookkeeping. */
function shownDifferences(change: Change): Difference[] {
  const shown = change.differences.filter((each) => {
    // What a replacement makes anew is known only after the apply. In an update the configuration sets the attribute.
    if (each.isUnknown) return each.forces || (change.action === "update" && !isComputed(change, each));
    return each.forces || isConfigured(change, each.attribute);
  });
  const values = shown.filter(({ aspect, forces }) => aspect !== "null-or-empty" || forces);
  return values.length > 0 ? values : shown;
}

function diffItem(change: Change, each: StackReview): string {
  const { address, action, differences } = change;
  const shown = shownDifferences(change);
  const rest = differences.length - shown.length;
  const others = rest === 0 ? "" : `${plural(rest, "attribute")} known only after the apply, or not configured`;
  const note = differences.length === 0 && action === "update" ? "no value differs" : others;
  if (shown.length === 0) {
    return `- ${codeSpan(clean(address, each.stack.secrets))} ${action}${note === "" ? "" : `: ${note}`}`;
  }
  const heading = `${htmlCode(clean(address, each.stack.secrets))} ${action}`;
  return `\n${heading}\n\n${codeBlock("diff", diffLines(shown, each))}\n${note === "" ? "" : `\n${note}\n`}`;
}

function diffLines(differences: readonly Difference[], { stack }: StackReview): string[] {
  const text = (value: string): string => (value === "" ? '""' : clean(value, stack.secrets));
  return differences.flatMap(({ path, before, after, forces, aspect }) => {
    const name = clean(path, stack.secrets);
    const notes = [noteOf(aspect), forces ? "forces the replacement" : undefined].filter((note) => note !== undefined);
    const mark = notes.length === 0 ? "" : `  # ${notes.join(", ")}`;
    return [
      ...(before === undefined ? [] : [`- ${name} = ${text(before)}`]),
      ...(after === undefined ? [] : [`+ ${name} = ${text(after)}${mark}`]),
      ...(before === undefined && after === undefined ? [`  ${name}${mark}`] : []),
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

/** So many dangers that their addresses alone do not fit: the verdict says that nobody can approve this. */
function overfull(review: Review, most: number): string {
  const title = `${MARKER}\n## ${SIGNS.forbidden} Plan review: ${review.verdict === "error" ? WORDS.error : "forbidden"}`;
  const why =
    "There are more dangerous changes than a comment can show, so that nobody can approve them here: make the change in smaller steps. The JSON twin has all of them.";
  const stacks = review.stacks.map(({ stack, counts, danger, findings }) => {
    const decided = findings.filter(({ severity }) => severity !== "note");
    const kinds = [...new Set(decided.map(({ kind }) => kind))].map(
      (kind) => `${decided.filter((each) => each.kind === kind).length} ${kind}`,
    );
    return `### ${SIGNS.forbidden} ${codeSpan(clean(stack.name, stack.secrets))}: forbidden, class ${danger}; ${counted(counts)}\n\n${kinds.join(", ")}`;
  });
  let text = [title, why, ...stacks].join("\n\n");
  for (const { stack, findings } of review.stacks) {
    for (const { address, kind, severity } of findings) {
      const line = `\n- ${kind}: ${codeSpan(clean(address, stack.secrets))}`;
      if (severity === "note" || text.length + line.length > most - 1) continue;
      text += text.includes("\n- ") ? line : `\n${line}`;
    }
  }
  return `${text.slice(0, most - 1)}\n`;
}
