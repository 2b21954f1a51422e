import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import type { Finding } from "../finding";
import { type Change, isConfigured, isUnknownAfter, shown, sidesAfter, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, listed, type Phrase, say } from "../text";
import { demandsAnything, isArnOfSomebody, saysWhichAudience, saysWhichSubject, saysWho } from "./conditions";
import { coversGrant, type Grant, parsePolicy, type PolicyDocument } from "./policy-document";
import { matches } from "./wildcards";

/** Attributes that hold policies; an unknown one may allow anything. */
const POLICY_ATTRIBUTE =
  /(^|_)(policy|policy_document|assume_role_policy|access_policies|inline_policy|key_policy|policy_text)$/;

/**
 * What a holder makes himself an administrator with, when he may do it to anything: by a policy, a group, a role or somebody else's
 * keys and password.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const ESCALATION = [
  "iam:addusertogroup",
  "iam:attachgrouppolicy",
  "iam:attachrolepolicy",
  "iam:attachuserpolicy",
  "iam:createaccesskey",
  "iam:createloginprofile",
  "iam:createpolicyversion",
  "iam:deleterolepermissionsboundary",
  "iam:deleteuserpermissionsboundary",
  "iam:passrole",
  "iam:putgrouppolicy",
  "iam:putrolepermissionsboundary",
  "iam:putrolepolicy",
  "iam:putuserpermissionsboundary",
  "iam:putuserpolicy",
  "iam:setdefaultpolicyversion",
  "iam:updateassumerolepolicy",
  "iam:updateloginprofile",
  "identitystore:creategroupmembership",
  "sso:attachcustomermanagedpolicyreferencetopermissionset",
  "sso:attachmanagedpolicytopermissionset",
  "sso:createaccountassignment",
  "sso:putinlinepolicytopermissionset",
];

/** AWS's own policies that make an administrator, or somebody who can become one. */
const ADMINISTRATION =
  /:cluster-access-policy\/AmazonEKS(ClusterAdmin|Admin)Policy$|:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess|job-function\/SystemAdministrator|AdministratorAccess-[\w-]+)$/;

/** Issuers of tokens for whoever asks: which of their users is meant, only the subject says. */
const PUBLIC_ISSUER =
  /^Federated:.*(token\.actions\.githubusercontent\.com|gitlab\.com|accounts\.google\.com|app\.terraform\.io|bitbucket\.org|agent\.buildkite\.com|oidc\.vercel\.com)/;
/** Issuers of which every application has users of its own. */
const SHARED_ISSUER = /^Federated:(cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com)/;

/** What is allowed already by other resources, when a resource shows what they say. */
export interface Known {
  readonly grants: readonly Grant[];
  readonly attached: readonly string[];
}

const NOTHING: Known = { grants: [], attached: [] };

/** Who may newly do what. */
export function judgeIam(stack: StackPlan, known: Known = NOTHING): Finding[] {
  return stack.changes.flatMap((change) => [
    ...judgePolicies(change, known),
    ...judgeUnknownPolicies(change),
    ...judgeAttachments(change, known),
    ...judgeOthers(change),
  ]);
}

/** All that the policies of a plan allow before it is applied: a role shows those that are attached to it. */
export function allowedBefore({ changes }: StackPlan): Known {
  const sides = changes.map(({ before }) => before);
  return {
    grants: sides.flatMap((side) => policiesIn(side).flatMap(({ document }) => document.allowed)),
    attached: sides.flatMap(attachedTo),
  };
}

/**
 * Compares all policies of a resource at once, because a set of them has no order. A policy that goes with its resource, or
 * that is not known yet, is told elsewhere.
 */
function judgePolicies(change: Change, known: Known): Finding[] {
  if (isUntouched(change) || change.after === undefined) return [];
  const old = policiesIn(change.before).map(({ document }) => document);
  const allowedOnce = [...old.flatMap(({ allowed }) => allowed), ...known.grants];
  const after = policiesIn(change.after);
  const isUnknown = holdsUnknownPolicy(change);
  // What is forgotten stays in the cloud, beside its successor.
  const left = sidesAfter(change).flatMap(policiesIn);
  const stillAllowed = left.flatMap(({ document }) => document.allowed);
  const stillDenied = left.flatMap(({ document }) => document.denied);
  return [
    ...after.flatMap(({ path, document }) => newlyAllowed(change, path, document.allowed.filter(notIn(allowedOnce)))),
    ...(isUnknown
      ? []
      : told(change, "No longer denied", old.flatMap(({ denied }) => denied).filter(notIn(stillDenied)))),
    ...(isUnknown
      ? []
      : told(change, "No longer allowed", old.flatMap(({ allowed }) => allowed).filter(notIn(stillAllowed)))),
  ];
}

/**
 * Which of many grants are in none of others. A set finds the action of a grant, where it is written out; what is left to try are
 * the resources with a wildcard that take in its own, once for each resource, and actions with one.
 */
function notIn(those: readonly Grant[]): (grant: Grant) => boolean {
  const key = (principal: string, action: string, resource: string, condition: string): string =>
    JSON.stringify([principal, action.toLowerCase(), resource, condition]);
  const same = new Set(
    those.map(({ principal, action, resource, condition }) => key(principal, action, resource, condition)),
  );
  const forAnybody = those.some(({ principal }) => principal === "*") ? ["*"] : [];
  const wideResources = new Set(those.map(({ resource }) => resource).filter((resource) => /[*?]/.test(resource)));
  const wideActions = new Map<string, Grant[]>();
  for (const grant of those.filter(({ action }) => /[*?]/.test(action))) {
    const group = wideActions.get(grant.resource);
    if (group === undefined) wideActions.set(grant.resource, [grant]);
    else group.push(grant);
  }
  const takenInBy = new Map<string, readonly string[]>();
  const resourcesFor = (resource: string): readonly string[] => {
    const known = takenInBy.get(resource);
    if (known !== undefined) return known;
    const found = [...new Set([resource, ...[...wideResources].filter((pattern) => matches(pattern, resource))])];
    takenInBy.set(resource, found);
    return found;
  };
  return (grant) => {
    const { principal, action, condition } = grant;
    const holders = new Set([principal, ...forAnybody]);
    const conditions = new Set([condition, ""]);
    return !resourcesFor(grant.resource).some(
      (resource) =>
        [...holders].some((who) => [...conditions].some((when) => same.has(key(who, action, resource, when)))) ||
        wideActions.get(resource)?.some((other) => coversGrant(other, grant)) === true,
    );
  };
}

const isUntouched = ({ action }: Change): boolean => action === "no-op" || action === "read" || action === "move";

/** Every policy in a resource, wherever it stands. */
function policiesIn(side: JsonObject | undefined): { path: string; document: PolicyDocument }[] {
  const found: { path: string; document: PolicyDocument }[] = [];
  const visit = (value: Json | undefined, path: string): void => {
    if (typeof value === "string") {
      // Read, and not searched for a word: JSON can write any letter in another way.
      visit(parsedJson(value), path);
    } else if (Array.isArray(value)) {
      value.forEach((each, index) => {
        visit(each, `${path}.${index}`);
      });
    } else if (isJsonObject(value)) {
      const document = parsePolicy(value);
      if (document !== undefined) found.push({ path, document });
      else for (const [key, each] of Object.entries(value)) visit(each, path === "" ? key : `${path}.${key}`);
    }
  };
  visit(side, "");
  return found;
}

function newlyAllowed(change: Change, path: string, grants: readonly Grant[]): Finding[] {
  const isTrust = path === "assume_role_policy";
  const forbidden = grants.filter((grant) => isAdministration(grant) || isForAnybody(grant));
  const isForbidden = new Set(forbidden);
  const rest = grants.filter((grant) => !isForbidden.has(grant));
  return [
    ...grouped(forbidden).map((group): Finding => {
      const [first] = group;
      const isOpen = first !== undefined && isForAnybody(first);
      return {
        kind: isOpen ? "open-to-world" : "wildcard-administration",
        severity: "forbidden",
        danger: "identity",
        address: change.address,
        title: say`${isOpen ? ["Allowed to anybody: "] : ["Wildcard administration newly allowed: "]}${describe(group)}`,
      };
    }),
    ...told(change, isTrust ? "May newly take on the role" : "Newly allowed", rest),
  ];
}

function told(change: Change, what: string, grants: readonly Grant[]): Finding[] {
  return grouped(grants).map((group) => ({
    kind: "permission",
    severity: "approve",
    danger: "identity",
    address: change.address,
    title: [`${what}: `, ...describe(group)],
  }));
}

/** Grants that differ by nothing but their action are one sentence, and so are those of the same actions on other resources. */
function grouped(grants: readonly Grant[]): Grant[][] {
  const by = (keyOf: (group: readonly Grant[]) => string, groups: readonly Grant[][]): Grant[][] => {
    const found = new Map<string, Grant[][]>();
    for (const group of groups) {
      const key = keyOf(group);
      const same = found.get(key);
      if (same === undefined) found.set(key, [group]);
      else same.push(group);
    }
    return [...found.values()].map((parts) => parts.flat());
  };
  const rest = (grant: Grant | undefined) =>
    grant === undefined ? [] : [grant.principal, grant.condition, isForAnybody(grant)];
  const byResource = by(
    ([first]) => JSON.stringify([first?.resource, ...rest(first)]),
    grants.map((grant) => [grant]),
  );
  return by((group) => JSON.stringify([actionsOf(group), ...rest(group[0])]), byResource);
}

const actionsOf = (group: readonly Grant[]): string[] =>
  [...new Set(group.map(({ action }) => action))].sort(byCodePoint);

function describe(group: readonly Grant[]): Phrase {
  const [first] = group;
  if (first === undefined) return [];
  const actions = listed(actionsOf(group), 20);
  const resources = [...new Set(group.map(({ resource }) => resource))].sort(byCodePoint);
  const on = first.resource === "" ? [] : say` on ${listed(resources, 40)}`;
  const to = first.principal === "" ? [] : say` to ${first.principal}`;
  const when = first.condition === "" ? [] : say` when ${first.condition}`;
  return [...actions, ...on, ...to, ...when];
}

/** A policy that is attached to a resource names a principal, and its wildcards mean that resource. */
function isAdministration({ principal, action, resource, condition }: Grant): boolean {
  if (principal !== "" || !isEverything(resource)) return false;
  if (isEveryAction(action)) return true;
  // An escalation that is bound to some condition is not called administration, but told.
  return !demandsAnything(condition) && ESCALATION.some((name) => matches(action.toLowerCase(), name));
}

/** Everything, or all of IAM, by which everything can be had. */
function isEverything(resource: string): boolean {
  return (
    /^\*+$|^\* but |^arn:\*+$|^arn:(\*|aws[\w-]*):\*(:\*)*$/.test(resource) ||
    /^arn:[^:]*:\*+:[^:]*:[^:]*:[*:/]+$/.test(resource) ||
    /^arn:(\*|aws[\w-]*):iam::(\d+|\*)?:(\*|(role|user|group|policy)\/\*)$/.test(resource) ||
    ["role", "user", "group", "policy"].some((kind) =>
      matches(resource, `arn:aws:iam::${/:(\d{12}):/.exec(resource)?.[1] ?? "000000000000"}:${kind}/any`),
    )
  );
}

const isEveryAction = (action: string): boolean => /^\*+(:\*+)?$/.test(action) || action.startsWith("* but ");

function isForAnybody({ principal, condition }: Grant): boolean {
  if (PUBLIC_ISSUER.test(principal)) return !saysWhichSubject(condition);
  if (SHARED_ISSUER.test(principal)) return !saysWhichAudience(condition);
  return /^\*$|^(AWS|CanonicalUser|Federated):.*[*?]/.test(principal) && !saysWho(condition);
}

function judgeUnknownPolicies(change: Change): Finding[] {
  return unknownPolicies(change).map((attribute) => ({
    kind: "unknown-value",
    severity: "approve",
    danger: "identity",
    address: change.address,
    title: say`Not known before the apply: ${attribute}; it may allow anything`,
  }));
}

function unknownPolicies(change: Change): string[] {
  const attributes = Object.keys({ ...change.after, ...(isJsonObject(change.unknown) ? change.unknown : {}) });
  return attributes
    .filter((attribute) => POLICY_ATTRIBUTE.test(attribute) && isUnknownAfter(change, attribute))
    .filter((attribute) => isConfigured(change, attribute))
    .sort(byCodePoint);
}

const holdsUnknownPolicy = (change: Change): boolean => unknownPolicies(change).length > 0;

function attachedTo(side: JsonObject | undefined): string[] {
  return [
    ...strings(side?.policy_arn),
    ...strings(side?.managed_policy_arns),
    ...strings(side?.policy_arns),
    ...strings(side?.managed_policy_arn),
  ];
}

function judgeAttachments(change: Change, known: Known): Finding[] {
  if (isUntouched(change) || change.after === undefined) return [];
  const before = [...attachedTo(change.before), ...known.attached];
  // Attached to somebody else, it is newly attached.
  const isSameHolder = ["role", "user", "group", "roles", "users", "groups", "permission_set_arn"].every(
    (attribute) => JSON.stringify(change.before?.[attribute]) === JSON.stringify(change.after?.[attribute]),
  );
  const fresh = attachedTo(change.after).filter((policy) => !isSameHolder || !before.includes(policy));
  return fresh.map((policy): Finding => {
    const isAdministrator = ADMINISTRATION.test(policy);
    return {
      kind: isAdministrator ? "wildcard-administration" : "permission",
      severity: isAdministrator ? "forbidden" : "approve",
      danger: "identity",
      address: change.address,
      title: say`Policy ${policy} newly attached to ${holder(change)}`,
    };
  });
}

function holder({ after, address }: Change): string {
  for (const attribute of ["role", "user", "group", "name"]) {
    const name = text(after?.[attribute]);
    if (name !== undefined) return name;
  }
  return address;
}

function judgeOthers(change: Change): Finding[] {
  if (isUntouched(change)) return [];
  const { action, before, after, address, type } = change;
  const findings: Finding[] = [];
  const told = (title: Phrase, isForbidden = false): void => {
    findings.push({
      kind: isForbidden ? "open-to-world" : "permission",
      severity: isForbidden ? "forbidden" : "approve",
      danger: "identity",
      address,
      title,
    });
  };
  if (
    text(before?.permissions_boundary) !== undefined &&
    after !== undefined &&
    action !== "forget" &&
    text(after.permissions_boundary) === undefined
  ) {
    told(say`Its permissions boundary ${shown(before?.permissions_boundary)} is taken away`);
  }
  if (type === "aws_lambda_permission" && after?.principal === "*" && before?.principal !== "*") {
    const [account, arn, organization] = [after.source_account, after.source_arn, after.principal_org_id].map(text);
    const isBound = account !== undefined || organization !== undefined || (arn !== undefined && isArnOfSomebody(arn));
    told(["A function may be invoked by anybody"], !isBound);
  }
  return findings;
}
