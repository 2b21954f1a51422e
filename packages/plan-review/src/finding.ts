import type { Phrase } from "./text";

/** What kind of harm a change can do, the worst last. */
export const DANGERS = ["safe", "network", "identity", "data loss"] as const;
export type Danger = (typeof DANGERS)[number];

/** What is forbidden unless an allowance says otherwise. */
export const FORBIDDEN_KINDS = [
  "data-destroyed",
  "outgoing-address-lost",
  "open-to-world",
  "encryption-disabled",
  "protection-disabled",
  "wildcard-administration",
  "address-table-changed",
] as const;
export type ForbiddenKind = (typeof FORBIDDEN_KINDS)[number];

/** Permission to do something forbidden, once and until a date. */
export interface Allowance {
  readonly stack: string;
  readonly address: string;
  readonly kind: ForbiddenKind;
  readonly reason: string;
  readonly until: string;
}

export type FindingKind =
  | ForbiddenKind
  | "destroyed"
  | "replaced"
  | "changed"
  | "created"
  /** Made or changed, and of a class that says what it can reach. */
  | "network"
  | "identity"
  | "data"
  | "tag"
  | "access"
  | "permission"
  | "route"
  | "dns"
  | "key"
  | "database"
  | "scaling"
  | "unknown-value"
  | "state"
  | "drift"
  | "incomplete"
  | "check"
  | "policy"
  | "too-large";

/** "note": nobody has to decide anything. */
export type Severity = "note" | "approve" | "forbidden";

/** What a judge has to say about one resource. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly danger: Danger;
  /** Of the resource; the stack's name where it is about the whole plan. */
  readonly address: string;
  readonly title: Phrase;
  /** One line each. */
  readonly details?: readonly Phrase[];
  /** What makes of something forbidden something to approve. */
  readonly allowance?: Allowance;
}

export function worst(dangers: readonly Danger[]): Danger {
  return DANGERS.findLast((danger) => dangers.includes(danger)) ?? "safe";
}
