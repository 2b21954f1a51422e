import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import { type Finding, forbid } from "../finding";
import { blocks, type Change, strings, text } from "../model/change";
import { type Phrase, say } from "../text";
import { newIn } from "./new-in";

/** Public access by other means than IAM policies of AWS. */
export function checkPublicAccess(change: Change): Finding[] {
  return newIn(change, (side) => publicAccessOf(change, side)).map((title) =>
    forbid("open-to-world", "network", change, title),
  );
}

function publicAccessOf({ type, before }: Change, side: JsonObject): Phrase[] {
  const found: Phrase[] = [];
  const acl = text(side.acl) ?? "";
  if (acl === "public-read-write") found.push(say`Anybody can read and write the objects: ACL ${acl}`);
  if (acl === "public-read") found.push(say`Anybody can read the objects: ACL ${acl}`);
  if (acl === "authenticated-read") found.push(say`Every AWS account can read the objects: ACL ${acl}`);
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
