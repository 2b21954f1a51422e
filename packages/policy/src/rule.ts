import type { Resource, Stack } from "@dev-one/terraform-json/resources";

/** Controls of public benchmarks that a rule implements. */
export interface Controls {
  /** @see https://www.checkov.io/5.Policy%20Index/terraform.html */
  readonly checkov?: readonly string[];
  /** @see https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-controls-reference.html */
  readonly securityHub?: readonly string[];
  /** Sections of the CIS AWS Foundations Benchmark, v3.0.0. */
  readonly cis?: readonly string[];
}

/** A requirement on a stack. */
export interface Rule {
  /** Service and requirement in kebab case; suppressions name it. */
  readonly id: string;
  /** The requirement. */
  readonly title: string;
  /** What can happen when the requirement is not met. */
  readonly reason: string;
  /** How to correct a finding. */
  readonly remedy: string;
  /** @default no benchmark has such a control */
  readonly controls?: Controls;
  /** The rule reads what a plan does not contain, such as `lifecycle`. @default false */
  readonly onlySynthesized?: boolean;
  /** The resources of a stack that the rule checks. */
  readonly subjects: (stack: Stack) => readonly Resource[];
  /** Checks one of them. @throws Undecided when that depends on a value that is not known yet */
  readonly check: (subject: Resource, stack: Stack) => Verdict;
}

type Problem = string | false | undefined;

/** The problems; `false` and undefined are none. */
export type Verdict = Problem | readonly Problem[];

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
