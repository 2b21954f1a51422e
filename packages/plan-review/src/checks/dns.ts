import type { JsonObject } from "@dev-one/cli/json";

import { approve, type Finding } from "../finding";
import { blocks, type Change, isForgotten, isUnknownAfter, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";

/** Changes of Route 53 records. */
export function checkDns(change: Change, { lookup }: StackPlan): Finding[] {
  if (change.type !== "aws_route53_record") return [];
  const side = change.after ?? change.before ?? {};
  const zone = lookup.name(change, side.zone_id, "zone_id");
  const name = text(side.name) ?? text(side.fqdn) ?? "(known after the apply)";
  const record = say`${text(side.type) ?? ""} ${name} in zone ${zone}`;
  const isUnknown = isUnknownAfter(change, "records") || isUnknownAfter(change, "alias");
  const [was, becomes] = [answer(change.before, false), answer(change.after, isUnknown)];
  // They decide who may issue certificates and who can prove that they own the domain.
  const danger = /^(CAA|TXT|DS)$/.test(text(side.type) ?? "") ? "identity" : "network";
  return [approve("dns", danger, change, sentence(change, record, was, becomes))];
}

function sentence(change: Change, record: Phrase, was: Phrase, becomes: Phrase): Phrase {
  const { action } = change;
  if (action === "create") return say`DNS record created: ${record} with value ${becomes}`;
  if (isForgotten(change)) return say`DNS record no longer managed by Terraform: ${record} with value ${was} stays`;
  if (action === "delete") return say`DNS record deleted: ${record} with value ${was}`;
  return JSON.stringify(was) === JSON.stringify(becomes)
    ? say`DNS record changed: ${record}; its value stays ${becomes}`
    : say`DNS record changed: ${record} with value ${becomes} instead of ${was}`;
}

function answer(side: JsonObject | undefined, isUnknown: boolean): Phrase {
  const target = text(blocks(side?.alias)[0]?.name);
  if (target !== undefined) return say`${target} (alias)`;
  const records = strings(side?.records);
  if (records.length > 0) return listed([...records].sort(byCodePoint));
  return isUnknown ? ["(known after the apply)"] : ["(none)"];
}
