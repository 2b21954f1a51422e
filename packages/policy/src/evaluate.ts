import { type Resource, type Stack, Undecided } from "@dev-one/terraform-json/resources";

import type { Rule } from "./rule";
import { globMatches, type Suppression } from "./suppressions";

/** A violation of a rule by a resource or a stack. */
export interface Finding {
  /** Id of the rule. */
  readonly rule: string;
  /** Name of the stack; empty for a finding about a suppression. */
  readonly stack: string;
  /** Construct path without the stack; the address where no path is known, empty for the stack as a whole. */
  readonly path: string;
  /** Terraform address; empty for the stack as a whole. */
  readonly address: string;
  /** What is wrong with the resource. */
  readonly problem: string;
  /** How to correct it. */
  readonly remedy: string;
}

/** A finding that a suppression accepts until a day. */
export interface Accepted extends Finding {
  /** Why the finding is accepted. */
  readonly reason: string;
  /** The last day, such as "2027-06-30". */
  readonly until: string;
}

/** The result of an evaluation. */
export interface Report {
  /** What must be corrected, expired suppressions and those of unknown rules included. */
  readonly findings: readonly Finding[];
  /** Findings that suppressions accept. */
  readonly accepted: readonly Accepted[];
  /** Checks whose values a plan knows only after the apply; the rules check them in the synthesized JSON. */
  readonly undecided: readonly Finding[];
  /** How many resources each rule checked, by the rule's id. */
  readonly checked: Readonly<Record<string, number>>;
}

/** Rules, suppressions and the day of an evaluation. */
export interface EvaluateOptions {
  readonly rules: readonly Rule[];
  readonly suppressions: readonly Suppression[];
  /** The day, such as "2026-11-25"; suppressions that ended before do not count. */
  readonly today: string;
}

/** Checks stacks against every rule. */
export function evaluate(stacks: readonly Stack[], { rules, suppressions, today }: EvaluateOptions): Report {
  const all: Finding[] = [];
  const undecided: Finding[] = [];
  const checked: Record<string, number> = {};
  for (const rule of rules) {
    checked[rule.id] = 0;
    for (const stack of stacks) {
      if (rule.onlySynthesized === true && stack.source === "plan") continue;
      for (const subject of rule.subjects(stack)) {
        checked[rule.id] = (checked[rule.id] ?? 0) + 1;
        const { problems, isDecided } = check(rule, subject, stack);
        // A plan's unknown values are checked in the synthesized JSON; nothing later checks those of the synthesized JSON.
        const list = isDecided || stack.source === "synthesis" ? all : undecided;
        const { path, address } = subject;
        for (const problem of problems) {
          list.push({ rule: rule.id, stack: stack.name, path, address, problem, remedy: rule.remedy });
        }
      }
    }
  }
  const { findings, accepted } = suppress(all, suppressions, today);
  return { findings: [...findings, ...unknownRules(rules, suppressions)], accepted, undecided, checked };
}

function check(rule: Rule, subject: Resource, stack: Stack): { problems: string[]; isDecided: boolean } {
  try {
    const problems = [rule.check(subject, stack)].flat().filter((each) => typeof each === "string");
    return { problems, isDecided: true };
  } catch (error) {
    if (!(error instanceof Undecided)) throw error;
    return { problems: [`cannot be checked: ${error.message}`], isDecided: false };
  }
}

function suppress(all: readonly Finding[], suppressions: readonly Suppression[], today: string) {
  const findings: Finding[] = [];
  const accepted: Accepted[] = [];
  const expired = new Set<Suppression>();
  for (const each of all) {
    const places = [each.path, each.address].map((place) => `${each.stack}/${place}`);
    const suppression = suppressions.find(
      ({ rule, where }) => rule === each.rule && places.some((place) => globMatches(where, place)),
    );
    if (suppression !== undefined && suppression.until >= today) {
      accepted.push({ ...each, reason: suppression.reason, until: suppression.until });
      continue;
    }
    findings.push(each);
    if (suppression !== undefined) expired.add(suppression);
  }
  const expiries = [...expired].map(({ rule, where, until }) =>
    aboutSuppression(
      "suppression-expired",
      `the suppression of ${rule} at ${where} ended on ${until}`,
      "Correct what it suppressed, or decide again and write a new end date.",
    ),
  );
  return { findings: [...findings, ...expiries], accepted };
}

function unknownRules(rules: readonly Rule[], suppressions: readonly Suppression[]): Finding[] {
  return suppressions
    .filter(({ rule }) => !rules.some(({ id }) => id === rule))
    .map(({ rule, where }) =>
      aboutSuppression(
        "suppression-of-unknown-rule",
        `the suppression of ${rule} at ${where} names no rule`,
        "Write the id of a rule that `npm run policy -- --list` prints, or remove the suppression.",
      ),
    );
}

/** The id in `rule` is that of no rule. */
function aboutSuppression(rule: string, problem: string, remedy: string): Finding {
  return { rule, stack: "", path: "packages/policy/src/suppressions.ts", address: "", problem, remedy };
}
