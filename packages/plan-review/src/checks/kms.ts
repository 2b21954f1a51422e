import { type Finding, forbid } from "../finding";
import type { Change } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { type Phrase, say } from "../text";

/** Days, where a key has none. @see https://docs.aws.amazon.com/kms/latest/APIReference/API_ScheduleKeyDeletion.html */
const LONGEST_WINDOW = 30;

/** Weaker settings of KMS keys; iam.ts checks their policies and destruction.ts their deletion. */
export function checkKms({ type, address, before, after }: Change, { environment }: StackPlan): Finding[] {
  if (before === undefined || after === undefined) return [];
  if (!/^aws_kms_(key|replica_key|external_key|replica_external_key)$/.test(type)) return [];
  const [was = 0, is = 0] = [before, after].map((side) => Number(side.deletion_window_in_days ?? LONGEST_WINDOW));
  const isRotationOff = before.enable_key_rotation === true && after.enable_key_rotation !== true;
  const titles: Phrase[] = [
    ...(isRotationOff ? [["Key rotation is switched off"]] : []),
    ...(is < was ? [say`Deletion window of ${is} days instead of ${was}`] : []),
  ];
  return titles.map((title) =>
    forbid("protection-disabled", "data loss", { address }, title, environment.isProduction),
  );
}
