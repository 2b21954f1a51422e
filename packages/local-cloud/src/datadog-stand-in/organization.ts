import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { text } from "./bodies";

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
    const known = this.objects.get(kind) ?? new Map<string, JsonObject>();
    this.objects.set(kind, known);
    return known;
  }

  /** All objects, to check for leftovers after a destroy. */
  inventory(): Item[] {
    return [...this.objects].flatMap(([kind, byId]) =>
      [...byId].map(([id, object]) => {
        const { name, title } = objectAt(object, "attributes") ?? object;
        return { kind, id, name: text(name ?? title ?? id) };
      }),
    );
  }

  /** A new number, unused by any object. */
  nextNumber(): number {
    this.lastNumber += 1;
    return this.lastNumber;
  }
}
