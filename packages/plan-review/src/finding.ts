import type { Phrase } from "./text";

/** Classes of harm, the worst last. */
export const DANGERS = ["safe", "network", "identity", "data loss"] as const;
export type Danger = (typeof DANGERS)[number];

/** Kinds of findings that are forbidden without an allowance. */
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

/** An exception for a forbidden finding, until a date. */
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
  /** Created or changed, of this class. */
  | "network"
  | "identity"
  | "data"
  | "tag"
  | "access"
  | "permission"
  | "route"
  | "dns"
  | "database"
  | "scaling"
  | "unknown-value"
  | "state"
  | "drift"
  | "incomplete"
  | "check"
  | "policy"
  | "release"
  | "too-large";

/** "note" needs no decision. */
export type Severity = "note" | "approve" | "forbidden";

/** The result of a check for one resource. */
export interface Finding {
  readonly kind: FindingKind;
  readonly severity: Severity;
  readonly danger: Danger;
  /** Address of the resource; the stack's name for a finding about the whole plan. */
  readonly address: string;
  readonly title: Phrase;
  /** One line each. */
  readonly details?: readonly Phrase[];
  /** The allowance by which a forbidden finding needs approval only. */
  readonly allowance?: Allowance | undefined;
}

/** What a finding is about: a change, or the whole plan by its stack's name. */
type Subject = Pick<Finding, "address">;

/** A finding that a person must decide on. */
export function approve(
  kind: FindingKind,
  danger: Danger,
  { address }: Subject,
  title: Phrase,
  details: readonly Phrase[] = [],
): Finding {
  return { kind, severity: "approve", danger, address, title, details };
}

/** A finding that needs an allowance, or approval where the condition does not hold. */
export function forbid(
  kind: ForbiddenKind,
  danger: Danger,
  subject: Subject,
  title: Phrase,
  isForbidden = true,
): Finding {
  return { ...approve(kind, danger, subject, title), severity: isForbidden ? "forbidden" : "approve" };
}

export function worst(dangers: readonly Danger[]): Danger {
  return DANGERS.findLast((danger) => dangers.includes(danger)) ?? "safe";
}
