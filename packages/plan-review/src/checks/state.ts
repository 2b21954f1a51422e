import { approve, type Danger, type Finding, type FindingKind } from "../finding";
import type { Change } from "../model/change";
import { REVEALED, withUnknown } from "../model/differences";
import type { StackPlan } from "../model/stack-plan";
import { entry, listed, type Phrase, say } from "../text";
import { dataOf } from "./types";

/** Data sources with side effects. Only those that are read during the apply are in a plan. */
const ACTING_SOURCES: Readonly<Record<string, string>> = {
  aws_lambda_invocation: "a function is invoked",
  external: "a program runs",
  http: "an HTTP request is sent",
};
/** Types of data sources that only read; another one may run a program. */
const ONLY_READS = /^(archive|aws|cloudinit|datadog|local|null|random|template|terraform|time|tls)_/;

/** What concerns the whole plan: what it leaves open, what it invokes, and outputs. */
export function checkPlanState(stack: StackPlan): Finding[] {
  const { name, isComplete, failedChecks, outputs } = stack;
  const about = (kind: FindingKind, address: string, title: Phrase, details: Phrase[] = []): Finding =>
    approve(kind, "safe", { address }, title, details);
  const deferred = "The plan is incomplete: Terraform deferred changes, or -target excluded some";
  return [
    ...(isComplete ? [] : [about("incomplete", name, [deferred])]),
    ...failedChecks.map(({ address, messages }) =>
      about(
        "check",
        address,
        ["The check failed"],
        messages.map((message) => say`${message}`),
      ),
    ),
    ...invocations(stack),
    ...outputs
      .filter(({ isRevealed }) => isRevealed)
      .map((output) =>
        approve("state", "identity", { address: name }, say`The output ${output.name} is no longer sensitive`),
      ),
  ];
}

/** Actions of providers: the review does not know what they do. */
function invocations({ invocations: found, secrets }: StackPlan): Finding[] {
  return found.map(
    ({ address, lifecycle_action_trigger: trigger, config_values, config_unknown, config_sensitive }) => {
      const event = (trigger?.action_trigger_event ?? "").replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ").toLowerCase();
      const when: Phrase =
        trigger === undefined || trigger === null
          ? ["by -invoke"]
          : say`${[event.replace(" ", " the ")]} of ${trigger.triggering_resource_address}`;
      const values = secrets.masked(withUnknown(config_values ?? {}, config_unknown), config_sensitive);
      return approve("state", "safe", { address }, say`Action invoked ${when}`, [say`with ${JSON.stringify(values)}`]);
    },
  );
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
  const other = ONLY_READS.test(type) ? undefined : "the data source may run a program";
  const effect = action === "read" && change.before === undefined ? (entry(ACTING_SOURCES, type) ?? other) : undefined;
  if (effect !== undefined) add("state", say`Read during the apply: ${[effect]}`);
  if (action === "unknown") {
    const danger = environment.isProduction ? "data loss" : "safe";
    add("unknown-value", ["Terraform plans an action that this review does not know"], danger);
  }
  return findings;
}
