import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { strings } from "../model/change";
import { arePublic } from "./public-cidrs";

/**
 * Condition keys that restrict the principal, and the values that do so; others, such as a time or TLS, do not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const PRINCIPAL_KEYS: readonly (readonly [RegExp, (value: string) => boolean])[] = [
  [
    /^(aws:(PrincipalOrgID|PrincipalAccount|SourceAccount|SourceOrgID|SourceVpc|SourceVpce|VpceAccount|VpceOrgID)|kms:CallerAccount)$/i,
    isLiteral,
  ],
  // The prefix of a path is the organization's id.
  [/^aws:(PrincipalOrgPaths|SourceOrgPaths|VpceOrgPaths)$/i, (value) => /^o-[a-z0-9]+\//.test(value)],
  [/^aws:userid$/i, (value) => /^[A-Z0-9]{12,}/.test(value)],
  [/^aws:(PrincipalArn|SourceArn)$/i, isArnOfOneAccount],
];

/** In a token's subject, the owner, such as the organization, must have no wildcard. */
const SUBJECT: readonly [RegExp, (value: string) => boolean] = [
  /:sub$/i,
  (value) =>
    isLiteral(value) ||
    /^(repo:[^*?/:]+\/|project_path:[^*?/:]+\/|organization:[^*?:]+:|[\w-]+:[^*?:/]{4,}[:/])/.test(value),
];
/** Issuers with many applications distinguish them by the audience. */
const AUDIENCE: readonly [RegExp, (value: string) => boolean] = [/:(sub|aud|app_id|amr)$/i, isLiteral];

/** Every key but those that any caller can satisfy. */
const RESTRICTING =
  /^(?!aws:(SecureTransport|CurrentTime|EpochTime|TokenIssueTime|UserAgent|Referer|RequestedRegion|SourceIp)$)/i;

/** Whether a condition, as JSON, restricts the principal. */
export function restrictsPrincipal(condition: string): boolean {
  return required(condition).some(
    ([key, values]) =>
      [...PRINCIPAL_KEYS, SUBJECT].some(([keys, isNarrow]) => keys.test(key) && values.every(isNarrow)) ||
      restrictsSourceIp(key, values),
  );
}

/** Whether a condition restricts the subject of a token. */
export function restrictsSubject(condition: string): boolean {
  return required(condition).some(([key, values]) => SUBJECT[0].test(key) && values.every(SUBJECT[1]));
}

export function restrictsAudience(condition: string): boolean {
  return required(condition).some(([key, values]) => AUDIENCE[0].test(key) && values.every(AUDIENCE[1]));
}

/** Whether a condition restricts requests in any way. */
export function restrictsAnything(condition: string): boolean {
  return required(condition).some(
    ([key, values]) =>
      (RESTRICTING.test(key) && values.every((value) => !/^[*?]*$/.test(value))) || restrictsSourceIp(key, values),
  );
}

/** Keys and values that a request must have: `...Not...`, `...IfExists`, `Null` and `ForAllValues:` also match requests without the key. */
function required(condition: string): [string, string[]][] {
  const operators = condition === "" ? {} : (JSON.parse(condition) as JsonObject);
  return Object.entries(operators).flatMap(([operator, keys]) =>
    /Not|IfExists|^Null$|^ForAllValues:/i.test(operator) || !isJsonObject(keys)
      ? []
      : Object.entries(keys).map(([key, values]): [string, string[]] => [key, strings(written(values))]),
  );
}

/** IAM compares numbers and booleans of JSON as strings. */
function written(values: Json): Json {
  if (Array.isArray(values)) return values.map(written);
  return typeof values === "number" || typeof values === "boolean" ? values.toString() : values;
}

function restrictsSourceIp(key: string, values: readonly string[]): boolean {
  return (
    /^aws:(SourceIp|VpcSourceIp)$/i.test(key) && !arePublic(values) && values.every((value) => !/[*?]/.test(value))
  );
}

function isLiteral(value: string): boolean {
  return !/[*?]/.test(value);
}

/** The account of an ARN must have no wildcard; an ARN of S3 has no account, and its bucket must have none. */
export function isArnOfOneAccount(value: string): boolean {
  const [arn, , service = "", , account = "", ...rest] = value.split(":");
  if (arn !== "arn") return isLiteral(value);
  return account === ""
    ? /^(s3|apigateway|route53)$/.test(service) && /^[^*?]{3,}/.test(rest.join(":"))
    : /^\d{12}$|^aws$|^cloudfront$/.test(account) || isLiteral(value);
}
