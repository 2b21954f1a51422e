import { approve, type Danger, type Finding, type FindingKind } from "../finding";
import type { Change } from "../model/change";
import { REVEALED } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { entry, listed, type Phrase, plural, say } from "../text";
import { dataOf } from "./types";

/** Data sources with side effects. Only those that are read during the apply are in a plan. */
const ACTING_SOURCES: Readonly<Record<string, string>> = {
  aws_lambda_invocation: "a function is invoked",
  external: "a program runs",
  http: "an HTTP request is sent",
};

/** What concerns the whole plan: what it leaves open, and outputs. */
export function checkPlanState({ name, isComplete, failedChecks, invocations, outputs }: StackPlan): Finding[] {
  const about = (kind: FindingKind, title: Phrase, danger: Danger = "safe"): Finding =>
    approve(kind, danger, { address: name }, title);
  const deferred = "The plan is incomplete: Terraform deferred changes, or -target excluded some";
  const invoked = `The apply invokes ${plural(invocations, "action")} of providers, which this review does not evaluate`;
  return [
    ...(isComplete ? [] : [about("incomplete", [deferred])]),
    ...failedChecks.map((check) => about("check", say`Check failed: ${check}`)),
    ...(invocations === 0 ? [] : [about("state", [invoked])]),
    ...outputs
      .filter(({ isRevealed }) => isRevealed)
      .map((output) => about("state", say`The output ${output.name} is no longer sensitive`, "identity")),
  ];
}

/** Imports, removals from the state, and actions and values that the review does not know. */
export function checkState(change: Change, { environment }: StackPlan): Finding[] {
  const { action, deferred, differences, importedId, type } = change;
  const findings: Finding[] = [];
  const add = (kind: FindingKind, title: Phrase, danger: Danger = "safe"): void => {
    findings.push(approve(kind, danger, change, title));
  };
  if (action === "forget") {
    const data = dataOf(type);
    const protectedData = say`Removed from the state: ${[data ?? ""]}. The resource stays in the cloud, and this configuration no longer protects it`;
    add("state", data === undefined ? ["Removed from the state; the resource stays in the cloud"] : protectedData);
  }
  if (importedId !== undefined) add("state", say`Imported: ${importedId}`);
  if (deferred !== undefined) add("incomplete", say`Deferred to a later plan (${deferred}): its values are not known`);
  const revealed = differences.filter(({ note }) => note === REVEALED).map(({ path }) => path);
  if (revealed.length > 0) add("state", say`No longer marked as sensitive: ${listed(revealed)}`, "identity");
  const effect = action === "read" ? entry(ACTING_SOURCES, type) : undefined;
  if (effect !== undefined) add("state", say`Read during the apply: ${[effect]}`);
  if (action === "unknown") {
    const danger = environment.isProduction ? "data loss" : "safe";
    add("unknown-value", ["Terraform plans an action that this review does not know"], danger);
  }
  return findings;
}
