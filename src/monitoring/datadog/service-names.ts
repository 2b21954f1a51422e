import type { PlacedService } from "../../config";

/**
 * The end of ids and titles of what belongs to one service. What belongs to the service on all servers has none: another id would
 * replace its monitors.
 */
export function endsOf({ name, placement }: PlacedService): { readonly id: string; readonly title: string } {
  return placement.kind === "all-servers" ? { id: "", title: "" } : { id: `-${name}`, title: ` (${name})` };
}
