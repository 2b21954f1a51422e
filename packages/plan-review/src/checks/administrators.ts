import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import { say } from "../text";
import { newIn } from "./new-in";

/** New administrators of another cloud or of a cluster; iam.ts checks AWS. */
export function checkAdministrators(change: Change): Finding[] {
  return newIn(change, (side) => administrators(change.type, side)).map((each) =>
    forbid("wildcard-administration", "identity", change, say`Administrator role newly granted: ${each}`),
  );
}

/** @see https://learn.microsoft.com/en-us/azure/role-based-access-control/built-in-roles/privileged */
const AZURE =
  /^(Owner|User Access Administrator|Role Based Access Control Administrator)$|(8e3af657-a8ff-443c-a75c-2fe8c4bcb635|18d7d88d-d35e-4fb5-a5c3-7773c20a72d9|f58310d9-a9f6-439a-9e8d-f62e7b41a168)$/i;
/** The Global Administrator and the Privileged Role Administrator. */
const ENTRA = /^(62e90394-69f5-4237-9190-012177145e10|e8611ab8-c189-46e8-94e1-60213ab1f814)$/i;
/** @see https://cloud.google.com/iam/docs/understanding-roles */
const GOOGLE =
  /^roles\/(owner|iam\.securityAdmin|iam\.serviceAccountTokenCreator|iam\.serviceAccountKeyAdmin|resourcemanager\.(organizationAdmin|folderIamAdmin|projectIamAdmin))$/;

/** Each as role and principal. */
function administrators(type: string, side: JsonObject): string[] {
  if (type === "azurerm_role_assignment") {
    const role = text(side.role_definition_name) ?? text(side.role_definition_id) ?? "";
    const scope = text(side.scope) ?? "";
    // The owner of a single resource administers only that.
    return AZURE.test(role) && !/\/providers\/(?!Microsoft\.Management\/managementGroups\/)/i.test(scope)
      ? [`${role} at ${scope} to ${text(side.principal_id) ?? "an unknown principal"}`]
      : [];
  }
  if (type.startsWith("azuread_directory_role")) {
    const role = text(side.role_id) ?? text(side.template_id) ?? "";
    return ENTRA.test(role) ? [role] : [];
  }
  if (/^google_(project|folder|organization)_iam_/.test(type)) {
    const inside = typeof side.policy_data === "string" ? parsedJson(side.policy_data) : undefined;
    return [side, ...blocks(isJsonObject(inside) ? inside.bindings : undefined)].flatMap((binding) => {
      const role = text(binding.role) ?? "";
      const members = [...strings(binding.member), ...strings(binding.members)];
      return GOOGLE.test(role) ? members.map((member) => `${role} to ${member}`) : [];
    });
  }
  if (/^kubernetes_(cluster_)?role_binding(_v1)?$/.test(type)) {
    const subjects = blocks(side.subject).map(({ kind, name }) => `${text(kind) ?? ""} ${text(name) ?? ""}`);
    return blocks(side.role_ref).some(({ name }) => name === "cluster-admin")
      ? (subjects.length === 0 ? ["an unknown principal"] : subjects).map((subject) => `cluster-admin to ${subject}`)
      : [];
  }
  if (/^kubernetes_cluster_role(_v1)?$/.test(type)) {
    const isAll = blocks(side.rule).some((rule) =>
      [rule.verbs, rule.resources, rule.api_groups].every((list) => strings(list).includes("*")),
    );
    return isAll ? ["every verb on every resource"] : [];
  }
  return [];
}
