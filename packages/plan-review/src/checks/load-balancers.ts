import type { JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { blocks, type Change, isDestroyed, isUnknownAfter, shown, strings, text } from "../model/change";
import type { StackPlan } from "../model/stack-plan";
import { say } from "../text";

const LOAD_BALANCER = /^aws_(lb|alb|elb)$/;
export const LISTENER = /^aws_(lb|alb)_listener$/;
const OPEN_PORTS: readonly unknown[] = [80, 443];

/** Load balancers and listeners that become public or lose TLS, independent of security groups. */
export function checkLoadBalancers(change: Change, stack: StackPlan): Finding[] {
  if (change.after === undefined) return [];
  if (LOAD_BALANCER.test(change.type) && change.before?.internal === true && change.after.internal !== true)
    return [approve("access", "network", change, ["The internal load balancer becomes internet-facing"])];
  return LISTENER.test(change.type) ? [...isPublicListener(change, stack), ...losesTls(change, stack)] : [];
}

/** The listeners of a network load balancer without a security group accept every address. */
function isPublicListener(change: Change, { lookup }: StackPlan): Finding[] {
  const { before, after } = change;
  const port = after?.port;
  if (OPEN_PORTS.includes(port) || (before !== undefined && before.port === port)) return [];
  const owner = lookup.resource(change, after?.load_balancer_arn, "load_balancer_arn");
  const isOpen =
    owner?.after?.internal === false &&
    owner.after.load_balancer_type === "network" &&
    strings(owner.after.security_groups).length === 0 &&
    !(isUnknownAfter(owner, "security_groups") && owner.configured?.has("security_groups") !== false);
  if (!isOpen) return [];
  const shownPort = port === undefined ? "(known after the apply)" : shown(port);
  const title = say`Public ingress: port ${shownPort} of a load balancer without a security group`;
  return [forbid("open-to-world", "network", change, title)];
}

/** A new listener without TLS that replaces one with TLS under another Terraform address. */
function losesTls(change: Change, stack: StackPlan): Finding[] {
  if (change.action !== "create" || usesTls(change.after) || redirects(change.after)) return [];
  const owner = ownerOf(change, change.after, stack);
  const listeners = stack.changes.filter(({ type }) => LISTENER.test(type));
  const count = (side: "before" | "after"): number =>
    listeners.filter((each) => usesTls(each[side]) && ownerOf(each, each[side], stack) === owner).length;
  const isLost =
    listeners.some((each) => isDestroyed(each) && usesTls(each.before)) && count("after") < count("before");
  if (owner === undefined || !isLost) return [];
  return [forbid("encryption-disabled", "data loss", change, ["A listener without TLS replaces one with TLS"])];
}

export const usesTls = (side: JsonObject | undefined): boolean => /^(HTTPS|TLS)$/.test(text(side?.protocol) ?? "");

const redirects = (side: JsonObject | undefined): boolean =>
  blocks(side?.default_action).every(({ type }) => type === "redirect" || type === "fixed-response");

function ownerOf(change: Change, side: JsonObject | undefined, { lookup }: StackPlan): string | undefined {
  const arn = side?.load_balancer_arn;
  return lookup.resource(change, arn, "load_balancer_arn")?.address ?? text(arn);
}
