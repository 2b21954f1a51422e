import { isJsonObject, type JsonObject } from "@dev-one/cli/json";

import { shown } from "../model/change";
import { arePublic } from "./public-cidrs";

/** Condition keys, and the values with which they restrict something. */
type Key = readonly [RegExp, (value: string) => boolean];

/**
 * Condition keys that restrict the principal, and the values that do so; others, such as a time or TLS, do not.
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html
 */
const PRINCIPAL_KEYS: readonly Key[] = [
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
const SUBJECT: Key = [
  /:sub$/i,
  (value) =>
    isLiteral(value) ||
    /^(repo:[^*?/:]+\/|project_path:[^*?/:]+\/|organization:[^*?:]+:|[\w-]+:[^*?:/]{4,}[:/])/.test(value),
];
/** Issuers with many applications distinguish them by the audience. */
const AUDIENCE: Key = [/:(sub|aud|app_id|amr)$/i, isLiteral];

/** Every key but those that any caller can satisfy. */
const RESTRICTING =
  /^(?!aws:(SecureTransport|CurrentTime|EpochTime|TokenIssueTime|UserAgent|Referer|RequestedRegion|SourceIp)$)/i;

/** Whether a condition, as JSON, restricts the principal. */
export function restrictsPrincipal(condition: string): boolean {
  return requires(condition, ...PRINCIPAL_KEYS, SUBJECT) || restrictsSourceIp(condition);
}

/** Whether a condition restricts the subject of a token. */
export const restrictsSubject = (condition: string): boolean => requires(condition, SUBJECT);

export const restrictsAudience = (condition: string): boolean => requires(condition, AUDIENCE);

/** Whether a condition restricts requests in any way. */
export function restrictsAnything(condition: string): boolean {
  return requires(condition, [RESTRICTING, (value) => !/^[*?]*$/.test(value)]) || restrictsSourceIp(condition);
}

/** Whether a request must have a value of a key that restricts it. */
const requires = (condition: string, ...keys: readonly Key[]): boolean =>
  required(condition).some(([key, values]) =>
    keys.some(([name, isNarrow]) => name.test(key) && values.every((value) => isNarrow(value))),
  );

const restrictsSourceIp = (condition: string): boolean =>
  required(condition).some(
    ([key, values]) => /^aws:(SourceIp|VpcSourceIp)$/i.test(key) && values.every(isLiteral) && !arePublic(values),
  );

/** Keys and values that a request must have: `...Not...`, `...IfExists`, `Null` and `ForAllValues:` also match requests without the key. */
function required(condition: string): [string, string[]][] {
  const operators = condition === "" ? {} : (JSON.parse(condition) as JsonObject);
  return Object.entries(operators).flatMap(([operator, keys]) =>
    /Not|IfExists|^Null$|^ForAllValues:/i.test(operator) || !isJsonObject(keys)
      ? []
      : // IAM compares numbers and booleans of JSON as strings.
        Object.entries(keys).map(([key, values]): [string, string[]] => [key, [values].flat().map(shown)]),
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
