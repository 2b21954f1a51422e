import type { Finding } from "../finding";
import type { Change } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { entry, listed, plural, say } from "../text";
import { dataOf } from "./types";

/** Data sources that do something when they are read; what is read while planning has been done, and is in no plan. */
const ACTING_SOURCES: Readonly<Record<string, string>> = {
  aws_lambda_invocation: "a function is invoked",
  external: "a program runs",
  http: "a request goes out",
};

/** What changes hands between the state and the cloud, and what the plan itself leaves open. */
export function judgeState(stack: StackPlan): Finding[] {
  const findings = stack.changes.flatMap((change) => judge(change, stack));
  const about = (kind: "incomplete" | "check" | "state", title: Finding["title"]): Finding => ({
    kind,
    severity: "approve",
    danger: "safe",
    address: stack.name,
    title,
  });
  if (!stack.isComplete) {
    findings.push(
      about("incomplete", ["The plan is not complete: Terraform left something out, deferred or not targeted"]),
    );
  }
  for (const check of stack.failedChecks) findings.push(about("check", say`A check does not hold: ${check}`));
  if (stack.invocations > 0) {
    findings.push(
      about("state", [
        `The apply invokes ${plural(stack.invocations, "action")} of providers, which this review cannot judge`,
      ]),
    );
  }
  for (const { name, isRevealed } of stack.outputs) {
    if (isRevealed)
      findings.push({ ...about("state", say`The output ${name} is no longer sensitive`), danger: "identity" });
  }
  return findings;
}

function judge(change: Change, { environment }: StackPlan): Finding[] {
  const { address, action, deferred, differences, importedId, type } = change;
  const findings: Finding[] = [];
  const add = (kind: "state" | "incomplete" | "unknown-value", title: Finding["title"]): void => {
    findings.push({ kind, severity: "approve", danger: "safe", address, title });
  };
  if (action === "forget") {
    const data = dataOf(type);
    add(
      "state",
      data === undefined
        ? ["No longer managed; it stays in the cloud"]
        : say`No longer managed, ${[data]}; it stays in the cloud, without this project's protection`,
    );
  }
  if (importedId !== undefined) add("state", say`Taken over from the cloud: ${importedId}`);
  if (deferred !== undefined)
    add("incomplete", say`Put off to a later plan (${deferred}): what it will be is not known`);
  const revealed = differences.filter(({ aspect }) => aspect === "revealed").map(({ path }) => path);
  if (revealed.length > 0) {
    const title = say`No longer marked as sensitive: ${listed(revealed)}`;
    findings.push({ kind: "state", severity: "approve", danger: "identity", address, title });
  }
  const effect = action === "read" ? entry(ACTING_SOURCES, type) : undefined;
  if (effect !== undefined) add("state", say`Read during the apply, by which ${[effect]}`);
  if (action === "unknown") {
    findings.push({
      kind: "unknown-value",
      severity: "approve",
      danger: environment.isProduction ? "data loss" : "safe",
      address,
      title: ["Terraform plans something that this review does not know"],
    });
  }
  return findings;
}
