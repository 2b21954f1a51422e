import { approve, type Finding, forbid } from "../finding";
import { type Change, shown, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Days, where a key has none. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const LONGEST_WINDOW = 30;

/** Changes of KMS keys; iam.ts checks their policies and destruction.ts their deletion. */
export function checkKms(change: Change, { environment, lookup }: StackPlan): Finding[] {
  const { type, before, after, address } = change;
  if (before === undefined || after === undefined) return [];
  const titles: Phrase[] = [];
  const weaker: Phrase[] = [];
  if (/^aws_kms_(key|replica_key|external_key|replica_external_key)$/.test(type)) {
    if (before.enable_key_rotation === true && after.enable_key_rotation !== true)
      weaker.push(["Key rotation is switched off"]);
    const [was, is] = [before, after].map((side) => Number(side.deletion_window_in_days ?? LONGEST_WINDOW));
    if (was !== undefined && is !== undefined && is < was)
      weaker.push(say`Deletion window of ${is} days instead of ${was}`);
  }
  if (type === "aws_kms_alias" && before.target_key_id !== after.target_key_id) {
    const key = lookup.name(change, after.target_key_id, "target_key_id");
    const name = text(after.name) ?? address;
    titles.push(
      say`Alias ${name} refers to another key, ${key}; data that the former key encrypted still needs that key`,
    );
  }
  for (const [attribute, value] of Object.entries(before)) {
    const next = after[attribute];
    const isKey = /^kms_(master_)?key_(id|arn)$/.test(attribute);
    if (!isKey || text(value) === undefined || text(next) === undefined || value === next) continue;
    titles.push(say`Encrypted with another key: ${shown(next)} instead of ${shown(value)}`);
  }
  return [
    ...titles.map((title) => approve("key", "identity", change, title)),
    ...weaker.map((title) => forbid("protection-disabled", "data loss", change, title, environment.isProduction)),
  ];
}
