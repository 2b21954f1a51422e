import type { Finding } from "../finding";
import type { Change } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { entry, listed, plural, say } from "../text";
import { dataOf } from "./types";

/** Data sources with side effects. Only those that are read during the apply are in a plan. */
const ACTING_SOURCES: Readonly<Record<string, string>> = {
  aws_lambda_invocation: "a function is invoked",
  external: "a program runs",
  http: "an HTTP request is sent",
};

/** Imports, removals from the state, and what the plan leaves open. */
export function checkState(stack: StackPlan): Finding[] {
  const findings = stack.changes.flatMap((change) => checkChange(change, stack));
  const about = (kind: "incomplete" | "check" | "state", title: Finding["title"]): Finding => ({
    kind,
    severity: "approve",
    danger: "safe",
    address: stack.name,
    title,
  });
  if (!stack.isComplete) {
    findings.push(
      about("incomplete", ["The plan is incomplete: Terraform deferred changes, or -target excluded some"]),
    );
  }
  for (const check of stack.failedChecks) findings.push(about("check", say`Check failed: ${check}`));
  if (stack.invocations > 0) {
    findings.push(
      about("state", [
        `The apply invokes ${plural(stack.invocations, "action")} of providers, which this review does not evaluate`,
      ]),
    );
  }
  for (const { name, isRevealed } of stack.outputs) {
    if (isRevealed)
      findings.push({ ...about("state", say`The output ${name} is no longer sensitive`), danger: "identity" });
  }
  return findings;
}

function checkChange(change: Change, { environment }: StackPlan): Finding[] {
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
        ? ["Removed from the state; the resource stays in the cloud"]
        : say`Removed from the state: ${[data]}. The resource stays in the cloud, and this configuration no longer protects it`,
    );
  }
  if (importedId !== undefined) add("state", say`Imported: ${importedId}`);
  if (deferred !== undefined) add("incomplete", say`Deferred to a later plan (${deferred}): its values are not known`);
  const revealed = differences.filter(({ aspect }) => aspect === "revealed").map(({ path }) => path);
  if (revealed.length > 0) {
    const title = say`No longer marked as sensitive: ${listed(revealed)}`;
    findings.push({ kind: "state", severity: "approve", danger: "identity", address, title });
  }
  const effect = action === "read" ? entry(ACTING_SOURCES, type) : undefined;
  if (effect !== undefined) add("state", say`Read during the apply: ${[effect]}`);
  if (action === "unknown") {
    findings.push({
      kind: "unknown-value",
      severity: "approve",
      danger: environment.isProduction ? "data loss" : "safe",
      address,
      title: ["Terraform plans an action that this review does not know"],
    });
  }
  return findings;
}
