import type { Finding } from "../finding";
import { type Change, shown, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Changes of KMS keys; iam.ts checks their policies and destruction.ts their deletion. */
export function checkKms(stack: StackPlan): Finding[] {
  return stack.changes.flatMap((change) => checkChange(change, stack));
}

function checkChange(change: Change, { environment, lookup }: StackPlan): Finding[] {
  const { type, before, after, address } = change;
  if (before === undefined || after === undefined) return [];
  const titles: Phrase[] = [];
  const weaker: Phrase[] = [];
  if (/^aws_kms_(key|replica_key|external_key|replica_external_key)$/.test(type)) {
    if (before.enable_key_rotation === true && after.enable_key_rotation !== true)
      weaker.push(["Key rotation is switched off"]);
    if (
      Number(after.deletion_window_in_days ?? LONGEST_WINDOW) < Number(before.deletion_window_in_days ?? LONGEST_WINDOW)
    ) {
      weaker.push(
        say`Deletion window of ${Number(after.deletion_window_in_days)} days instead of ${Number(before.deletion_window_in_days ?? LONGEST_WINDOW)}`,
      );
    }
  }
  if (type === "aws_kms_alias" && before.target_key_id !== after.target_key_id) {
    const key = lookup.name(change, after.target_key_id, "target_key_id");
    titles.push(
      say`Alias ${text(after.name) ?? address} refers to another key, ${key}; data that the former key encrypted still needs that key`,
    );
  }
  for (const [attribute, value] of Object.entries(before)) {
    const next = after[attribute];
    if (!/^kms_(master_)?key_(id|arn)$/.test(attribute) || text(value) === undefined || text(next) === undefined)
      continue;
    if (value !== next) titles.push(say`Encrypted with another key: ${shown(next)} instead of ${shown(value)}`);
  }
  return [
    ...titles.map((title): Finding => ({ kind: "key", severity: "approve", danger: "identity", address, title })),
    ...weaker.map((title): Finding => ({
      kind: "protection-disabled",
      severity: environment.isProduction ? "forbidden" : "approve",
      danger: "data loss",
      address,
      title,
    })),
  ];
}

/** Days, where a key has none. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const LONGEST_WINDOW = 30;
