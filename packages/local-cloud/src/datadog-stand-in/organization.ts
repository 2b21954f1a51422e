import type { JsonObject } from "@dev-one/cli/json";

export type Kind =
  "monitor" | "dashboard" | "SLO" | "logs metric" | "Slack channel" | "Opsgenie service" | "AWS account" | "downtime";

/** An object of the organization. */
export interface Item {
  readonly kind: Kind;
  readonly id: string;
  /** Display name of the object. */
  readonly name: string;
}

/** The objects of one Datadog organization, in memory. It may outlive a server, so that tests can stop and restart the API. */
export class Organization {
  /** Generated external ids that are not used yet. They cannot be deleted, so the inventory omits them. */
  readonly externalIds = new Set<string>();
  private readonly objects = new Map<Kind, Map<string, JsonObject>>();
  // Datadog's monitor ids exceed 32 bits.
  private lastNumber = 4_300_000_000;

  /** All objects of one kind, by id. */
  of(kind: Kind): Map<string, JsonObject> {
    const known = this.objects.get(kind);
    if (known !== undefined) return known;
    const made = new Map<string, JsonObject>();
    this.objects.set(kind, made);
    return made;
  }

  /** All objects, to check for leftovers after a destroy. */
  inventory(): Item[] {
    return [...this.objects].flatMap(([kind, byId]) =>
      [...byId].map(([id, object]) => ({ kind, id, name: nameOf(object) ?? id })),
    );
  }

  /** A new number, unused by any object. */
  nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }
}

function nameOf({ name, title }: JsonObject): string | undefined {
  if (typeof name === "string") return name;
  return typeof title === "string" ? title : undefined;
}
