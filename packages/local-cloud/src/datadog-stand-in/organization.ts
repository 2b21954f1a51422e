import type { JsonObject } from "@dev-one/cli/json";

export type Kind =
  "monitor" | "dashboard" | "SLO" | "logs metric" | "Slack channel" | "Opsgenie service" | "AWS account" | "downtime";

/** Something that the organization holds. */
export interface Item {
  readonly kind: Kind;
  readonly id: string;
  /** For a person: what the object is called. */
  readonly name: string;
}

export interface OrganizationOptions {
  /**
   * Slack workspaces that are connected. Datadog connects one by OAuth, in a browser, never by its API.
   *
   * @default any name is a connected workspace
   */
  readonly slackAccounts?: readonly string[];
}

/** What one organization at Datadog holds, in memory. It may outlive a server, so that an API can go away and come back. */
export class Organization {
  readonly slackAccounts: readonly string[] | undefined;
  /** Generated and not used yet. They cannot be deleted, so that they are no part of the inventory. */
  readonly externalIds = new Set<string>();
  private readonly objects = new Map<Kind, Map<string, JsonObject>>();
  // Datadog's ids of monitors are beyond 32 bits.
  private lastNumber = 4_300_000_000;

  constructor({ slackAccounts }: OrganizationOptions = {}) {
    this.slackAccounts = slackAccounts;
  }

  /** Everything of one kind, by id. */
  of(kind: Kind): Map<string, JsonObject> {
    const known = this.objects.get(kind);
    if (known !== undefined) return known;
    const made = new Map<string, JsonObject>();
    this.objects.set(kind, made);
    return made;
  }

  /** Everything that is there, for a look at what a destroy left behind. */
  inventory(): Item[] {
    return [...this.objects].flatMap(([kind, byId]) =>
      [...byId].map(([id, object]) => ({ kind, id, name: nameOf(object) ?? id })),
    );
  }

  /** A number that no object has had. */
  nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }
}

function nameOf({ name, title }: JsonObject): string | undefined {
  if (typeof name === "string") return name;
  return typeof title === "string" ? title : undefined;
}
