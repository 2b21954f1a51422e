import { changesOf, type RawPlan, type RawResourceChange } from "@dev-one/terraform-json/read-plan";

/** The changes of a plan, shown for approval, one line per resource. */
export function summarize(plan: RawPlan): string {
  const changes = changesOf(plan);
  const lines = changes.map((change) => `  ${verb(change).padEnd(8)} ${change.address}`);
  return [...lines, `${changes.length} ${changes.length === 1 ? "resource" : "resources"} in all.`].join("\n");
}

function verb({ change }: RawResourceChange): string {
  const { actions } = change;
  if (!actions.includes("delete")) return actions[0] ?? "";
  return actions.includes("create") ? "REPLACE" : "DELETE";
}
