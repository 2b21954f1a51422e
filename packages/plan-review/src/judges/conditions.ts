import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { strings } from "../model/change";
import { areTheWorld } from "./public-cidrs";

/**
 * Keys of conditions that say who, and what a value of each must look like to say so; others, such as a time or TLS, leave the
 * world in.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const WHO: readonly (readonly [RegExp, (value: string) => boolean])[] = [
  [
    /^(aws:(PrincipalOrgID|PrincipalAccount|SourceAccount|SourceOrgID|SourceVpc|SourceVpce|VpceAccount|VpceOrgID)|kms:CallerAccount)$/i,
    isLiteral,
  ],
  // An organization's beginning is its own.
  [/^aws:(PrincipalOrgPaths|SourceOrgPaths|VpceOrgPaths)$/i, (value) => /^o-[a-z0-9]+\//.test(value)],
  [/^aws:userid$/i, (value) => /^[A-Z0-9]{12,}/.test(value)],
  [/^aws:(PrincipalArn|SourceArn)$/i, isArnOfSomebody],
];

/** Of a token's subject, the part before its name, such as the organization, must be whole. */
const SUBJECT: readonly [RegExp, (value: string) => boolean] = [
  /:sub$/i,
  (value) =>
    isLiteral(value) ||
    /^(repo:[^*?/:]+\/|project_path:[^*?/:]+\/|organization:[^*?:]+:|[\w-]+:[^*?:/]{4,}[:/])/.test(value),
];
/** Issuers that serve many applications tell them apart by the audience. */
const AUDIENCE: readonly [RegExp, (value: string) => boolean] = [/:(sub|aud|app_id|amr)$/i, isLiteral];

/** Any key but those that every request can fulfil. */
const DEMANDING =
  /^(?!aws:(SecureTransport|CurrentTime|EpochTime|TokenIssueTime|UserAgent|Referer|RequestedRegion|SourceIp)$)/i;

/** Whether a condition, as JSON, says who it is for. */
export function saysWho(condition: string): boolean {
  return demands(condition).some(
    ([key, values]) =>
      [...WHO, SUBJECT].some(([keys, isNarrow]) => keys.test(key) && values.every(isNarrow)) ||
      isFromSomewhere(key, values),
  );
}

/** Whether a condition says for whom of an issuer's many users a token must be. */
export function saysWhichSubject(condition: string): boolean {
  return demands(condition).some(([key, values]) => SUBJECT[0].test(key) && values.every(SUBJECT[1]));
}

export function saysWhichAudience(condition: string): boolean {
  return demands(condition).some(([key, values]) => AUDIENCE[0].test(key) && values.every(AUDIENCE[1]));
}

/** Whether a condition demands anything that not every request brings along. */
export function demandsAnything(condition: string): boolean {
  return demands(condition).some(
    ([key, values]) =>
      (DEMANDING.test(key) && values.every((value) => !/^[*?]*$/.test(value))) || isFromSomewhere(key, values),
  );
}

/** Keys and values that a request must have: "not equal", "if there is one" and "all of them" let those in that have none. */
function demands(condition: string): [string, string[]][] {
  const operators = condition === "" ? {} : (JSON.parse(condition) as JsonObject);
  return Object.entries(operators).flatMap(([operator, keys]) =>
    /Not|IfExists|^Null$|^ForAllValues:/i.test(operator) || !isJsonObject(keys)
      ? []
      : Object.entries(keys).map(([key, values]): [string, string[]] => [key, strings(written(values))]),
  );
}

/** Numbers and truths, as JSON may have them, are texts to IAM. */
function written(values: Json): Json {
  if (Array.isArray(values)) return values.map(written);
  return typeof values === "number" || typeof values === "boolean" ? values.toString() : values;
}

function isFromSomewhere(key: string, values: readonly string[]): boolean {
  return (
    /^aws:(SourceIp|VpcSourceIp)$/i.test(key) && !areTheWorld(values) && values.every((value) => !/[*?]/.test(value))
  );
}

function isLiteral(value: string): boolean {
  return !/[*?]/.test(value);
}

/** An ARN's account must be whole; an ARN of S3 has none, and the bucket must be. */
export function isArnOfSomebody(value: string): boolean {
  const [arn, , service = "", , account = "", ...rest] = value.split(":");
  if (arn !== "arn") return isLiteral(value);
  return account === ""
    ? /^(s3|apigateway|route53)$/.test(service) && /^[^*?]{3,}/.test(rest.join(":"))
    : /^\d{12}$|^aws$|^cloudfront$/.test(account) || isLiteral(value);
}
