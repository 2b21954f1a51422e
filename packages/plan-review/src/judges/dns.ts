import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import type { Danger, Finding } from "../finding";
import { blocks, type Change, isForgotten, isUnknownAfter, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";

/** What names will mean. */
export function judgeDns(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => {
    if (change.type !== "aws_route53_record" || change.action === "no-op" || change.action === "move") return [];
    return [judgeRecord(change, stack)];
  });
}

function judgeRecord(change: Change, { lookup }: StackPlan): Finding {
  const side = change.after ?? change.before ?? {};
  const zone = lookup.name(change, side.zone_id, "zone_id");
  const name = text(side.name) ?? text(side.fqdn) ?? "(known after the apply)";
  const record = say`${text(side.type) ?? ""} ${name} in zone ${zone}`;
  const was = answer(change.before, false);
  const becomes = answer(
    change.after,
    ["records", "alias"].some((attribute) => isUnknownAfter(change, attribute)),
  );
  return {
    kind: "dns",
    severity: "approve",
    danger: dangerOf(text(side.type)),
    address: change.address,
    title: sentence(change, record, was, becomes),
  };
}

function sentence(change: Change, record: Phrase, was: Phrase, becomes: Phrase): Phrase {
  const { action } = change;
  if (action === "create") return say`New name: ${record} answers ${becomes}`;
  if (isForgotten(change)) return say`No longer managed: ${record} still answers ${was}`;
  if (action === "forget") return say`Name made anew: ${record} answers ${becomes}; what answered ${was} stays`;
  if (action === "delete") return say`Name gone: ${record} answered ${was}`;
  return JSON.stringify(was) === JSON.stringify(becomes)
    ? say`Name changed: ${record} still answers ${becomes}`
    : say`Name changed: ${record} answers ${becomes} instead of ${was}`;
}

/** Who may issue certificates, and what proves that a domain is ours, is a matter of identity. */
function dangerOf(type: string | undefined): Danger {
  return type === "CAA" || type === "TXT" || type === "DS" ? "identity" : "network";
}

function answer(side: JsonObject | undefined, isUnknown: boolean): Phrase {
  const alias = blocks(side?.alias)[0];
  const target = text(isJsonObject(alias) ? alias.name : undefined);
  if (target !== undefined) return say`${target} (alias)`;
  const records = strings(side?.records);
  if (records.length > 0) return listed([...records].sort(byCodePoint));
  return isUnknown ? ["what is known only after the apply"] : ["nothing"];
}
