import type { JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, strings, text } from "../model/change";
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
/** @see https://cloud.google.com/iam/docs/understanding-roles */
const GOOGLE =
  /^roles\/(owner|iam\.securityAdmin|iam\.serviceAccountTokenCreator|iam\.serviceAccountKeyAdmin|resourcemanager\.(organizationAdmin|folderIamAdmin|projectIamAdmin))$/;

/** Each as role and principal. */
function administrators(type: string, side: JsonObject): string[] {
  if (type === "azurerm_role_assignment") {
    const role = text(side.role_definition_name) ?? text(side.role_definition_id) ?? "";
    const scope = text(side.scope) ?? "";
    // The owner of a single resource administers only that.
    const isWide = !/\/providers\/(?!Microsoft\.Management\/managementGroups\/)/i.test(scope);
    return AZURE.test(role) && isWide
      ? [`${role} at ${scope} to ${text(side.principal_id) ?? "an unknown principal"}`]
      : [];
  }
  if (/^google_(project|folder|organization)_iam_(member|binding)$/.test(type)) {
    const role = text(side.role) ?? "";
    const members = [side.member, side.members].flatMap(strings);
    return GOOGLE.test(role) ? members.map((member) => `${role} to ${member}`) : [];
  }
  if (!/^kubernetes_(cluster_)?role_binding(_v1)?$/.test(type)) return [];
  if (!blocks(side.role_ref).some(({ name }) => name === "cluster-admin")) return [];
  return blocks(side.subject).map(({ kind, name }) => `cluster-admin to ${text(kind) ?? ""} ${text(name) ?? ""}`);
}
