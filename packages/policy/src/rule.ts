import type { Resource, Stack } from "@dev-one/terraform-json/resources";

/** Somebody else's control that a rule answers to. */
export interface Controls {
  /** @see https://www.checkov.io/5.Policy%20Index/terraform.html */
  readonly checkov?: readonly string[];
  /** @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html */
  readonly securityHub?: readonly string[];
  /** Sections of the CIS AWS Foundations Benchmark, v3.0.0. */
  readonly cis?: readonly string[];
}

/** What must be true of a stack, and who says so. */
export interface Rule {
  /** In words with hyphens; suppressions name it. */
  readonly id: string;
  /** What is true when the rule is kept. */
  readonly title: string;
  /** What happens otherwise. */
  readonly reason: string;
  /** What to do about a finding. */
  readonly remedy: string;
  /** Empty when no scanner knows it. */
  readonly controls: Controls;
  /** A plan does not know what the rule reads, such as `lifecycle`. @default false */
  readonly onlySynthesized?: boolean;
  /** What the rule judges in a stack. */
  readonly subjects: (stack: Stack) => readonly Resource[];
  /**
   * Judges one of them.
   * @returns what is wrong with it, in a few words each; nothing when all is well
   * @throws Undecided when that depends on a value that is not known yet
   */
  readonly judge: (subject: Resource, stack: Stack) => Verdict;
}

/** What is wrong, in a few words each; nothing when all is well. */
export type Verdict = string | undefined | readonly (string | undefined)[];

/** Subjects: every resource of some types. */
export const every =
  (...types: readonly string[]) =>
  (stack: Stack): Resource[] =>
    stack.of(...types);

/** Subjects: the stack itself. */
export const theStack = (stack: Stack): Resource[] => [stack.settings];

/** Subjects: resources of some types, in production only. */
export const everyInProduction =
  (...types: readonly string[]) =>
  (stack: Stack): Resource[] =>
    stack.isProduction ? stack.of(...types) : [];
