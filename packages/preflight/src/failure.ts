import { type Finding, warning } from "./finding";

/** Codes of Node.js for a host that cannot be reached, and names of the SDK's errors for one that does not answer. */
const UNREACHABLE =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|EPIPE|TimeoutError|AbortError)$/;

/** Names of AWS's errors for a missing permission; each service has its own. */
const DENIED = /^(AccessDenied(Exception)?|UnauthorizedOperation|UnauthorizedAccess|AuthorizationError|Forbidden)$/;

interface Failure {
  readonly name: string;
  readonly code: string;
  readonly message: string;
  readonly status: number | undefined;
}

/** Parts of an error of the SDK, of Node.js or of `fetch`. */
export function failureOf(error: unknown): Failure {
  const { name, code, Code, message, $metadata, cause } = error as {
    name?: string;
    code?: string;
    Code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
    cause?: { code?: string };
  };
  return {
    name: Code ?? name ?? "",
    code: code ?? cause?.code ?? "",
    // The SDK adds a line to each answer that it cannot read.
    message: (message ?? String(error)).trim().split("\n", 1)[0]?.replace(/\.$/, "") ?? "",
    status: $metadata?.httpStatusCode,
  };
}

/** Whether the host could not be reached, and so what was asked is not answered either way. */
export function isUnreachable(error: unknown): boolean {
  const { name, code } = failureOf(error);
  return UNREACHABLE.test(code) || UNREACHABLE.test(name);
}

export const isDenied = (error: unknown): boolean => DENIED.test(failureOf(error).name);

/** Whether AWS answered that there is no such thing. */
export function isMissing(error: unknown): boolean {
  const { name, status } = failureOf(error);
  return status === 404 || /NotFound|NoSuch|InvalidDocument$/.test(name);
}

/** A warning for what could not be asked. It names the IAM action that is missing. @param action of the request, such as `iam:GetRole` */
export function notAnswered(subject: string, error: unknown, action?: string): Finding {
  const { name, code, message } = failureOf(error);
  if (isDenied(error)) {
    const denied = /perform:? ([\w-]+:\w+)/.exec(message)?.[1] ?? action ?? "the action";
    return warning(subject, `not checked: ${denied} is denied`, `allow ${denied}, or check it in the console`);
  }
  if (isUnreachable(error)) {
    return warning(subject, `not checked: no answer (${code || name})`, "check the network and repeat the command");
  }
  if (/is not valid JSON|XML parse error/.test(message)) {
    const remedy = "check AWS_ENDPOINT_URL and proxies of the network; the local cloud does not have every action";
    return warning(subject, "not checked: the answer is not one of AWS", remedy);
  }
  return warning(subject, `not checked: ${name || "an error"}, ${message}`, "repeat the command");
}
