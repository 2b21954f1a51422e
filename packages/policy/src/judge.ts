import { type Resource, type Stack, Undecided } from "@dev-one/terraform-json/resources";

import type { Rule } from "./rule";
import { covers, type Suppression } from "./suppressions";

/** Something that a rule says about a place. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  /** Name of the stack; empty for a suppression that ended. */
  readonly stack: string;
  /** Construct path without the stack; the address where no path is known, nothing for the stack as a whole. */
  readonly path: string;
  /** Terraform's address; empty for the stack as a whole. */
  readonly address: string;
  /** What is wrong there, in a few words. */
  readonly problem: string;
  /** What to do about it. */
  readonly remedy: string;
}

/** A finding that a suppression accepts, for now. */
export interface Accepted extends Finding {
  /** Why. */
  readonly reason: string;
  /** The last day, such as "2027-06-30". */
  readonly until: string;
}

/** What judging found. */
export interface Report {
  /** What must be put right, expired suppressions included. */
  readonly findings: readonly Finding[];
  /** What suppressions accept. */
  readonly accepted: readonly Accepted[];
  /** What a plan cannot answer before it is applied; the synthesized JSON of the stack has been judged, or must be. */
  readonly undecided: readonly Finding[];
  /** How many things each rule judged, by the rule's id. */
  readonly judged: Readonly<Record<string, number>>;
}

/** By what is judged, and when. */
export interface JudgeOptions {
  /** The rules to judge by. */
  readonly rules: readonly Rule[];
  /** What is accepted. */
  readonly suppressions: readonly Suppression[];
  /** Such as "2026-11-25". */
  readonly today: string;
}

/** Judges stacks by every rule. */
export function judge(stacks: readonly Stack[], { rules, suppressions, today }: JudgeOptions): Report {
  const all: Finding[] = [];
  const undecided: Finding[] = [];
  const judged: Record<string, number> = {};
  for (const rule of rules) {
    judged[rule.id] = 0;
    for (const stack of stacks) {
      if (rule.onlySynthesized === true && stack.source === "plan") continue;
      for (const subject of rule.subjects(stack)) {
        judged[rule.id] = (judged[rule.id] ?? 0) + 1;
        const { problems, isDecided } = apply(rule, subject, stack);
        // Synthesized JSON is all that there will be: what cannot be judged in it is never judged.
        const list = isDecided || stack.source === "synthesis" ? all : undecided;
        list.push(...problems.map((problem) => finding(rule, stack, subject, problem)));
      }
    }
  }
  return { ...suppress(all, suppressions, today), undecided, judged };
}

function apply(rule: Rule, subject: Resource, stack: Stack): { problems: string[]; isDecided: boolean } {
  try {
    const verdict = rule.judge(subject, stack);
    const problems = (
      Array.isArray(verdict) ? (verdict as readonly (string | undefined)[]) : [verdict as string]
    ).filter((each) => each !== undefined);
    return { problems, isDecided: true };
  } catch (error) {
    if (!(error instanceof Undecided)) throw error;
    return { problems: [`cannot be judged: ${error.message}`], isDecided: false };
  }
}

function finding(rule: Rule, stack: Stack, { path, address }: Resource, problem: string): Finding {
  return { rule: rule.id, stack: stack.name, path, address, problem, remedy: rule.remedy };
}

function suppress(
  all: readonly Finding[],
  suppressions: readonly Suppression[],
  today: string,
): Pick<Report, "findings" | "accepted"> {
  const findings: Finding[] = [];
  const accepted: Accepted[] = [];
  const expired = new Set<Suppression>();
  for (const each of all) {
    const place = { path: `${each.stack}/${each.path}`, address: `${each.stack}/${each.address}` };
    const suppression = suppressions.find((one) => one.rule === each.rule && covers(one, place));
    if (suppression === undefined || suppression.until < today) {
      findings.push(each);
      if (suppression !== undefined) expired.add(suppression);
    } else {
      accepted.push({ ...each, reason: suppression.reason, until: suppression.until });
    }
  }
  return { findings: [...findings, ...[...expired].map(expiry)], accepted };
}

/** Id under which expired suppressions are reported; no rule has it. */
export const EXPIRED = "suppression-expired";

function expiry({ rule, where, until }: Suppression): Finding {
  return {
    rule: EXPIRED,
    stack: "",
    path: "packages/policy/src/suppressions.ts",
    address: "",
    problem: `the suppression of ${rule} at ${where} ended on ${until}`,
    remedy: "Put right what it suppressed, or decide again and write a new end date.",
  };
}
