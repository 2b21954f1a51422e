import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { approve, type Finding, forbid } from "../finding";
import { type Change, isConfigured, isUnknownAfter, sidesAfter, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import type { StackPlan } from "../model/stack-plan";
import { byCodePoint, groupBy, listed, type Phrase, say } from "../text";
import {
  isArnOfOneAccount,
  restrictsAnything,
  restrictsAudience,
  restrictsPrincipal,
  restrictsSubject,
} from "./conditions";
import { coversGrant, type Grant, parsePolicy, type PolicyDocument } from "./policy-document";
import { matches } from "./wildcards";

/** Attributes that hold policies; an unknown one may allow anything. */
const POLICY_ATTRIBUTE =
  /(^|_)(policy|policy_document|assume_role_policy|access_policies|inline_policy|key_policy|policy_text)$/;

/**
 * Actions that let a principal give itself administrator permissions when they are allowed on every resource: by a policy, a group, a
 * role, or the keys and password of another user.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsidentityandaccessmanagementiam.html
 */
const ESCALATION = [
  ...["group", "role", "user"].flatMap((kind) => [`iam:attach${kind}policy`, `iam:put${kind}policy`]),
  ...["role", "user"].flatMap((kind) => [`iam:delete${kind}permissionsboundary`, `iam:put${kind}permissionsboundary`]),
  "iam:addusertogroup",
  "iam:createaccesskey",
  "iam:createloginprofile",
  "iam:createpolicyversion",
  "iam:passrole",
  "iam:setdefaultpolicyversion",
  "iam:updateassumerolepolicy",
  "iam:updateloginprofile",
  "identitystore:creategroupmembership",
  "sso:attachcustomermanagedpolicyreferencetopermissionset",
  "sso:attachmanagedpolicytopermissionset",
  "sso:createaccountassignment",
  "sso:putinlinepolicytopermissionset",
];

/** AWS managed policies of administrators, and of principals that can become one. */
const ADMINISTRATION =
  /:cluster-access-policy\/AmazonEKS(ClusterAdmin|Admin)Policy$|:policy\/(AdministratorAccess|IAMFullAccess|PowerUserAccess|job-function\/SystemAdministrator|AdministratorAccess-[\w-]+)$/;

/** Issuers of tokens for everyone: only the subject tells their users apart. */
const PUBLIC_ISSUER =
  /^Federated:.*(token\.actions\.githubusercontent\.com|gitlab\.com|accounts\.google\.com|app\.terraform\.io|bitbucket\.org|agent\.buildkite\.com|oidc\.vercel\.com)/;
/** Issuers with separate users for each application: only the audience tells applications apart. */
const SHARED_ISSUER = /^Federated:(cognito-identity\.amazonaws\.com|graph\.facebook\.com|www\.amazon\.com)/;

/** Grants of other resources, where a resource mirrors them. */
export interface Known {
  readonly grants: readonly Grant[];
  readonly attached: readonly string[];
}

const NOTHING: Known = { grants: [], attached: [] };

/** Permissions that are newly allowed, no longer allowed or no longer denied. */
export function checkIam(change: Change, known: Known = NOTHING): Finding[] {
  return [...checkPolicies(change, known), ...checkAttachments(change, known), ...checkOthers(change)];
}

/** Everything that the policies of a plan allow before the apply: a role mirrors the policies attached to it. */
export function allowedBefore({ changes }: StackPlan): Known {
  const sides = changes.map(({ before }) => before);
  return {
    grants: sides.flatMap((side) => policiesIn(side).flatMap(({ document }) => document.allowed)),
    attached: sides.flatMap(attachedTo),
  };
}

/**
 * Compares all policies of a resource together, because a set of them has no order. Other checks report policies that are destroyed with
 * their resource or not known yet.
 */
function checkPolicies(change: Change, known: Known): Finding[] {
  if (change.after === undefined) return [];
  const old = policiesIn(change.before).map(({ document }) => document);
  const allowedOnce = [...old.flatMap(({ allowed }) => allowed), ...known.grants];
  const opened = policiesIn(change.after).flatMap(({ attribute, document }) =>
    newlyAllowed(change, attribute, document.allowed.filter(notIn(allowedOnce))),
  );
  if (unknownPolicies(change).length > 0) return opened;
  // A resource that is removed from the state only stays in the cloud.
  const left = sidesAfter(change).flatMap((side) => policiesIn(side).map(({ document }) => document));
  const gone = (effect: keyof PolicyDocument): Grant[] =>
    old.flatMap((each) => each[effect]).filter(notIn(left.flatMap((each) => each[effect])));
  return [
    ...opened,
    ...permissionFindings(change, "No longer denied", gone("denied")),
    ...permissionFindings(change, "No longer allowed", gone("allowed")),
  ];
}

/** Tells which grants no other grant covers: one of the same action or of a wildcard, on a resource that covers its resource. */
function notIn(those: readonly Grant[]): (grant: Grant) => boolean {
  const wideResources = [...new Set(those.map(({ resource }) => resource))].filter((each) => /[*?]/.test(each));
  const key = (resource: string, action: string): string => `${action.toLowerCase()}\n${resource}`;
  const groups = groupBy(those, ({ resource, action }) => key(resource, /[*?]/.test(action) ? "*" : action));
  const coveredBy = new Map<string, readonly string[]>();
  return (grant) => {
    const { action, resource } = grant;
    const resources = coveredBy.get(resource) ?? [resource, ...wideResources.filter((each) => matches(each, resource))];
    coveredBy.set(resource, resources);
    return !resources.some((each) =>
      ["*", action].some((one) => groups.get(key(each, one))?.some((other) => coversGrant(other, grant)) === true),
    );
  };
}

/** Every policy in a value, wherever it stands, with the attribute that holds it. */
function policiesIn(value: Json | undefined, attribute = ""): { attribute: string; document: PolicyDocument }[] {
  // Parsed instead of searched for a word, because JSON can escape any letter.
  if (typeof value === "string") return policiesIn(parsedJson(value), attribute);
  if (Array.isArray(value)) return value.flatMap((each) => policiesIn(each, attribute));
  if (!isJsonObject(value)) return [];
  const document = parsePolicy(value);
  if (document !== undefined) return [{ attribute, document }];
  return Object.entries(value).flatMap(([key, each]) => policiesIn(each, key));
}

function newlyAllowed(change: Change, attribute: string, grants: readonly Grant[]): Finding[] {
  const isForbidden = (grant: Grant): boolean => isAdministration(grant) || isForEveryPrincipal(grant);
  const others = grants.filter((grant) => !isForbidden(grant));
  const what = attribute === "assume_role_policy" ? "Newly allowed to assume the role" : "Newly allowed";
  return [
    ...grouped(grants.filter(isForbidden)).map((group) => {
      const isOpen = group.every(isForEveryPrincipal);
      const title = isOpen ? "Allowed to every principal: " : "Wildcard administration newly allowed: ";
      const kind = isOpen ? "open-to-world" : "wildcard-administration";
      return forbid(kind, "identity", change, [title, ...describe(group)]);
    }),
    ...permissionFindings(change, what, others),
  ];
}

function permissionFindings(change: Change, what: string, grants: readonly Grant[]): Finding[] {
  return grouped(grants).map((group) => approve("permission", "identity", change, [`${what}: `, ...describe(group)]));
}

/** Grants that differ only in their action form one sentence, and so do equal actions on different resources. */
function grouped(grants: readonly Grant[]): Grant[][] {
  const rest = (grant: Grant | undefined) =>
    grant === undefined ? [] : [grant.principal, grant.condition, isForEveryPrincipal(grant)];
  const byResource = groupBy(grants, (grant) => JSON.stringify([grant.resource, ...rest(grant)]));
  const byActions = groupBy([...byResource.values()], (group) => JSON.stringify([actionsOf(group), ...rest(group[0])]));
  return [...byActions.values()].map((groups) => groups.flat());
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

/** A resource policy names a principal, and its wildcards stand for that resource only. */
function isAdministration({ principal, action, resource, condition }: Grant): boolean {
  if (principal !== "" || !isEverything(resource)) return false;
  if (isEveryAction(action)) return true;
  // An escalation under a condition is reported as a permission, not as administration.
  return !restrictsAnything(condition) && ESCALATION.some((name) => matches(action.toLowerCase(), name));
}

/** Every resource, or all IAM resources, with which every permission can be granted. */
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

function isForEveryPrincipal({ principal, condition }: Grant): boolean {
  if (PUBLIC_ISSUER.test(principal)) return !restrictsSubject(condition);
  if (SHARED_ISSUER.test(principal)) return !restrictsAudience(condition);
  return /^\*$|^(AWS|CanonicalUser|Federated):.*[*?]/.test(principal) && !restrictsPrincipal(condition);
}

/** Also of data sources, which are read during the apply. */
export function checkUnknownPolicies(change: Change): Finding[] {
  return unknownPolicies(change).map((attribute) =>
    approve("unknown-value", "identity", change, say`Not known before the apply: ${attribute}; it may allow anything`),
  );
}

function unknownPolicies(change: Change): string[] {
  const attributes = Object.keys({ ...change.after, ...(isJsonObject(change.unknown) ? change.unknown : {}) });
  return attributes
    .filter((attribute) => POLICY_ATTRIBUTE.test(attribute) && isUnknownAfter(change, attribute))
    .filter((attribute) => isConfigured(change, attribute))
    .sort(byCodePoint);
}

const attachedTo = (side: JsonObject | undefined): string[] =>
  ["policy_arn", "managed_policy_arns", "policy_arns", "managed_policy_arn"].flatMap((name) => strings(side?.[name]));

function checkAttachments(change: Change, known: Known): Finding[] {
  if (change.after === undefined) return [];
  const before = [...attachedTo(change.before), ...known.attached];
  // Attached to another principal, it is newly attached.
  const isSameHolder = ["role", "user", "group", "roles", "users", "groups", "permission_set_arn"].every(
    (attribute) => JSON.stringify(change.before?.[attribute]) === JSON.stringify(change.after?.[attribute]),
  );
  const fresh = attachedTo(change.after).filter((policy) => !isSameHolder || !before.includes(policy));
  return fresh.map((policy) => {
    const title = say`Policy ${policy} newly attached to ${holders(change)}`;
    return ADMINISTRATION.test(policy)
      ? forbid("wildcard-administration", "identity", change, title)
      : approve("permission", "identity", change, title);
  });
}

/** Who gets a policy. @see https://registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/iam_policy_attachment */
function holders({ after, address, type }: Change): Phrase {
  const single = ["role", "user", "group"].map((attribute) => text(after?.[attribute])).find(Boolean);
  const all = ["roles", "users", "groups"].flatMap((kind) =>
    strings(after?.[kind]).map((name): Phrase => say`${[kind.slice(0, -1)]} ${name}`),
  );
  if (type !== "aws_iam_policy_attachment") return say`${single ?? text(after?.name) ?? address}`;
  return say`${listed(all, 40)}; aws_iam_policy_attachment also detaches it from all others`;
}

function checkOthers(change: Change): Finding[] {
  const { action, before, after, type } = change;
  const findings: Finding[] = [];
  const boundary = text(before?.permissions_boundary);
  const isUnbound = after !== undefined && action !== "forget" && text(after.permissions_boundary) === undefined;
  if (boundary !== undefined && isUnbound)
    findings.push(approve("permission", "identity", change, say`Permissions boundary ${boundary} removed`));
  if (type === "aws_lambda_permission" && after?.principal === "*" && before?.principal !== "*") {
    const [account, arn, organization] = [after.source_account, after.source_arn, after.principal_org_id].map(text);
    const isBound =
      account !== undefined || organization !== undefined || (arn !== undefined && isArnOfOneAccount(arn));
    const title = ["Every AWS account may invoke the function"];
    findings.push(
      isBound ? approve("permission", "identity", change, title) : forbid("open-to-world", "identity", change, title),
    );
  }
  return findings;
}
