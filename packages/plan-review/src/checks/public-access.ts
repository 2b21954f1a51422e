import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, strings, text } from "../model/change";
import { parsedJson } from "../model/secrets";
import { type Phrase, say } from "../text";
import { newIn } from "./new-in";

/** Principals of Google's policies that stand for everyone. @see https://cloud.google.com/iam/docs/principals-overview */
const PUBLIC_PRINCIPAL = /^(\w+:)?(allUsers|allAuthenticatedUsers)$/;

/** Public access by other means than IAM policies of AWS. */
export function checkPublicAccess(change: Change): Finding[] {
  return newIn(change, (side) => publicAccessOf(change, side)).map((title) =>
    forbid("open-to-world", "network", change, title),
  );
}

function publicAccessOf({ type, before }: Change, side: JsonObject): Phrase[] {
  const found: Phrase[] = [];
  const acl = text(side.acl) ?? text(side.predefined_acl) ?? "";
  if (/^public-?(read|write)|^authenticated-?read$/i.test(acl)) found.push(say`Publicly readable: ${acl}`);
  const access = text(side.container_access_type) ?? "";
  if (/^(blob|container)$/.test(access)) found.push(say`Publicly readable: ${access}`);
  if (/^aws_vpc_endpoint_service(_allowed_principal)?$/.test(type) && side.acceptance_required !== true) {
    const anybody = [side.allowed_principals, side.principal_arn].flatMap(strings).includes("*");
    if (anybody) found.push(["Endpoint service open to every AWS account (*)"]);
  }
  // For a new web ACL that is usual.
  const isChangedAcl = /^aws_(wafv2|waf|wafregional)_web_acl$/.test(type) && before !== undefined;
  if (
    isChangedAcl &&
    blocks(side.default_action).some((each) => blocks(each.allow).length > 0 || each.type === "ALLOW")
  )
    found.push(["The default action of the web ACL is allow"]);
  if (isShared(type, side)) found.push(["Shared publicly"]);
  if (/^(google|googleworkspace)_/.test(type)) {
    for (const name of new Set(publicPrincipals(side))) found.push(say`Allowed to every principal: ${name}`);
  }
  // A new API method is often public by design; removing its authorization is not.
  const isMeant = /^aws_(api_gateway_method|apigatewayv2_route)$/.test(type) && before === undefined;
  const authorization =
    text(side.authorization_type) ?? (type === "aws_api_gateway_method" ? text(side.authorization) : undefined) ?? "";
  if (!isMeant && /^NONE$/i.test(authorization)) found.push(["Accepts requests without authorization"]);
  return found;
}

function isShared(type: string, side: JsonObject): boolean {
  if (type === "aws_ssm_document") {
    return isJsonObject(side.permissions) && /^all$/i.test(text(side.permissions.account_ids) ?? "");
  }
  if (!/snapshot|^aws_ami_launch_permission$|^aws_(s3|rds|db)_/.test(type)) return false;
  return (
    strings(side.shared_accounts).includes("all") ||
    side.group === "all" ||
    side.account_id === "all" ||
    JSON.stringify([side.access_control_policy, side.grant]).includes("/groups/global/")
  );
}

/** Public principals, at any depth of a resource, also in JSON documents. */
function publicPrincipals(value: Json | undefined): string[] {
  if (typeof value === "string") {
    const inside = parsedJson(value);
    if (inside !== undefined) return publicPrincipals(inside);
    return PUBLIC_PRINCIPAL.test(value) ? [value] : [];
  }
  if (Array.isArray(value)) return value.flatMap(publicPrincipals);
  return isJsonObject(value) ? Object.values(value).flatMap(publicPrincipals) : [];
}
