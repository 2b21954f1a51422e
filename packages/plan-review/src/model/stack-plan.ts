import { isJsonObject, type Json } from "@dev-one/cli/json";
import { Configuration, constructPaths } from "@dev-one/terraform-json/configuration";
import type { PlanSource, RawInvocation, RawPlan } from "@dev-one/terraform-json/read-plan";

import { byCodePoint, groupBy } from "../text";
import { type Change, text, toChange, withoutKeys } from "./change";
import { type Difference, differences } from "./differences";
import { type PlannedEnvironment, recognizeEnvironment } from "./environment";
import { Secrets } from "./secrets";

export interface OutputChange {
  readonly name: string;
  readonly action: "create" | "update" | "delete";
  readonly isSensitive: boolean;
  /** It was sensitive, and will not be. */
  readonly isRevealed: boolean;
  readonly differences: readonly Difference[];
}

/** A finding of the policy rules that is not suppressed. */
export interface PolicyFinding {
  readonly ruleId: string;
  readonly title: string;
  readonly address: string;
  /** The problem. */
  readonly reason: string;
  readonly remedy: string;
}

/** A check, a precondition or a postcondition that does not hold. */
interface FailedCheck {
  readonly address: string;
  readonly messages: readonly string[];
}

/** A plan as the checks read it. */
export interface StackPlan {
  readonly name: string;
  readonly source: PlanSource;
  readonly environment: PlannedEnvironment;
  /** By address, unchanged resources included; deferred ones, too. */
  readonly changes: readonly Change[];
  /** Changes outside Terraform. */
  readonly drift: readonly Change[];
  /** Addresses of resources that were deleted outside Terraform and that the apply creates again. */
  readonly recreated: ReadonlySet<string>;
  readonly outputs: readonly OutputChange[];
  readonly failedChecks: readonly FailedCheck[];
  /** Actions of providers that the apply invokes. */
  readonly invocations: readonly RawInvocation[];
  readonly isErrored: boolean;
  /** False when Terraform reports that the plan omits changes. */
  readonly isComplete: boolean;
  readonly secrets: Secrets;
  readonly lookup: Lookup;
}

export function toStackPlan(source: PlanSource): StackPlan {
  const { plan } = source;
  const configuration = new Configuration(plan.configuration ?? {});
  const secrets = collectSecrets(plan, configuration);
  const context = { secrets, configuration, paths: constructPaths(source.synthesized) };
  const changes = [
    ...(plan.resource_changes ?? []).map((raw) => toChange(raw, context)),
    ...(plan.deferred_changes ?? []).map(({ reason, resource_change }) =>
      toChange(resource_change, context, reason ?? "unknown"),
    ),
  ].sort((a, b) => byCodePoint(a.address, b.address) || byCodePoint(a.deposed ?? "", b.deposed ?? ""));
  const drift = (plan.resource_drift ?? [])
    .map((raw) => toChange(raw, context))
    .filter(({ action }) => action !== "no-op" && action !== "read")
    .sort((a, b) => byCodePoint(a.address, b.address));
  const created = new Set(changes.filter(({ action }) => action === "create").map(({ address }) => address));
  return {
    name: source.name,
    source,
    environment: recognizeEnvironment(source.name, plan, configuration),
    changes,
    drift,
    recreated: new Set(
      drift.map(({ address, action }) => (action === "delete" ? address : "")).filter((each) => created.has(each)),
    ),
    outputs: outputChanges(plan, secrets),
    failedChecks: failedChecks(plan),
    invocations: [
      ...(plan.action_invocations ?? []),
      ...(plan.deferred_action_invocations ?? []).map((each) => each.action_invocation),
    ],
    isErrored: plan.errored === true,
    isComplete: plan.complete !== false,
    secrets,
    lookup: new Lookup(changes, configuration),
  };
}

function failedChecks({ checks, condition_results }: RawPlan): FailedCheck[] {
  const hasFailed = ({ status }: { status: string }): boolean => status === "fail" || status === "error";
  const found = (checks ?? []).filter(hasFailed).map(({ address, problems, instances }) => ({
    address: address.to_display,
    messages: [{ problems }, ...(instances ?? [])].flatMap((each) =>
      (each.problems ?? []).map(({ message }) => message),
    ),
  }));
  const conditions = (condition_results ?? [])
    .filter(({ result }) => result === false)
    .map(({ address, error_message }) => ({ address, messages: [error_message ?? ""] }));
  return [...found, ...conditions].sort((a, b) => byCodePoint(a.address, b.address));
}

/** Finds resources by the ids and references in other resources. */
export class Lookup {
  private readonly byId = new Map<string, Change>();
  private readonly byConfigAddress: ReadonlyMap<string, readonly Change[]>;

  constructor(
    changes: readonly Change[],
    private readonly configuration: Configuration,
  ) {
    for (const change of changes) {
      for (const side of [change.before, change.after]) {
        for (const attribute of ["id", "arn", "allocation_id", "zone_id"]) {
          const id = text(side?.[attribute]);
          // An attachment may have the id of the resource that it attaches.
          if (id !== undefined && !this.byId.has(id) && isNamedBy(change, attribute)) this.byId.set(id, change);
        }
      }
    }
    // References lead to the current object, not to a deposed one.
    const current = changes.filter(({ deposed }) => deposed === undefined);
    this.byConfigAddress = groupBy(current, ({ configAddress }) => configAddress);
  }

  /** The resource that an attribute names: by its id, or by the reference in the configuration while the id is unknown. */
  resource(change: Change, id: Json | undefined, ...path: readonly string[]): Change | undefined {
    const known = text(id);
    if (known !== undefined) return this.byId.get(known);
    const reference = this.configuration.reference(change.configAddress, ...path);
    const found = reference === undefined ? undefined : this.byConfigAddress.get(reference);
    return found?.length === 1 ? found[0] : undefined;
  }

  /** The name in findings: the resource's name, or else its id, or else the reference in the configuration. */
  name(change: Change, id: Json | undefined, ...path: readonly string[]): string {
    const found = this.resource(change, id, ...path);
    if (found !== undefined) return nameOf(found);
    return text(id) ?? this.configuration.reference(change.configAddress, ...path) ?? "(known after the apply)";
  }
}

/** Attributes of a security group rule and a record with the id of the group or hosted zone, not their own. */
function isNamedBy({ type }: Change, attribute: string): boolean {
  if (attribute === "zone_id") return type.endsWith("zone");
  if (attribute === "allocation_id") return type === "aws_eip";
  return !/_(rule|record|attachment|association|versioning|configuration|block|controls|policy|notification|acl)$/.test(
    type,
  );
}

/** The name that a resource has in AWS, or else its address. */
export function nameOf(change: Change): string {
  for (const side of [change.after, change.before]) {
    const tags = side?.tags;
    const tag = isJsonObject(tags) ? text(tags.Name) : undefined;
    const name = text(side?.name) ?? text(side?.identifier) ?? text(side?.bucket) ?? tag;
    if (name !== undefined) return name;
  }
  return change.address;
}

function collectSecrets(plan: RawPlan, configuration: Configuration): Secrets {
  const vocabulary = new Set<string>(["true", "false", "null", "enabled", "disabled", "production", "staging"]);
  for (const { address, type, name } of plan.resource_changes ?? []) {
    for (const word of [address, withoutKeys(address), type, name]) vocabulary.add(word);
  }
  const secrets = new Secrets(vocabulary);
  const all = [
    ...(plan.resource_changes ?? []),
    ...(plan.resource_drift ?? []),
    ...(plan.deferred_changes ?? []).map(({ resource_change }) => resource_change),
  ].map(({ change }) => change);
  for (const change of all) {
    secrets.collect(change.before, change.before_sensitive);
    const isTheSame =
      change.actions.join() === "no-op" &&
      JSON.stringify(change.before_sensitive) === JSON.stringify(change.after_sensitive);
    if (!isTheSame) secrets.collect(change.after, change.after_sensitive);
  }
  for (const [name, change] of Object.entries(plan.output_changes ?? {})) {
    secrets.collect(change.before, change.before_sensitive, name);
    secrets.collect(change.after, change.after_sensitive, name);
  }
  const sensitive = configuration.sensitiveVariables();
  for (const [name, { value }] of Object.entries(plan.variables ?? {})) {
    secrets.collect(value, sensitive.includes(name), name);
  }
  const collected = new Set((plan.resource_changes ?? []).map(({ address }) => address));
  collectState(plan.prior_state, secrets, collected);
  collectState(plan.planned_values, secrets, collected);
  secrets.collect(plan.configuration ?? undefined, false);
  return secrets;
}

/** Values of a state, wherever its modules hold them, without the resources whose changes are collected. */
function collectState(json: Json | undefined | null, secrets: Secrets, collected: ReadonlySet<string>): void {
  if (typeof json !== "object" || json === null) return;
  if (isJsonObject(json)) {
    if (typeof json.address === "string" && json.mode === "managed" && collected.has(json.address)) return;
    if ("sensitive_values" in json && "values" in json) {
      secrets.collect(json.values, json.sensitive_values);
      return;
    }
    if (json.sensitive === true && "value" in json) {
      secrets.collect(json.value, true);
      return;
    }
  }
  for (const each of Object.values(json)) collectState(each, secrets, collected);
}

function outputChanges(plan: RawPlan, secrets: Secrets): OutputChange[] {
  return Object.entries(plan.output_changes ?? {})
    .flatMap(([name, change]): OutputChange[] => {
      const [action] = change.actions;
      if (action !== "create" && action !== "update" && action !== "delete") return [];
      const wasSensitive = change.before_sensitive === true;
      const isSensitive = change.after_sensitive === true;
      return [
        {
          name,
          action: change.actions.length > 1 ? "update" : action,
          isSensitive: wasSensitive || isSensitive,
          isRevealed: wasSensitive && change.after_sensitive !== true && action !== "delete",
          differences: differences(change, secrets, { output: name }),
        },
      ];
    })
    .sort((a, b) => byCodePoint(a.name, b.name));
}
