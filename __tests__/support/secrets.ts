import { gunzipSync } from "node:zlib";

import { readUserData } from "@dev-one/terraform-json/user-data";
import { parseTar } from "nanotar";

import type { Stack } from "./stack";

/** Every string of a stack, with its place; user data, and each file of an archive, as they read on the server. */
export function strings(value: unknown, place = ""): { place: string; text: string }[] {
  if (typeof value === "string") {
    if (place.endsWith(".user_data")) return [{ place, text: readUserData(value).text }];
    if (place.endsWith(".content_base64")) {
      const files = parseTar(gunzipSync(Buffer.from(value, "base64")));
      return files.map(({ name, data = [] }) => ({
        place: `${place} (${name})`,
        text: Buffer.from(data).toString("latin1"),
      }));
    }
    return [{ place, text: value }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => strings(each, `${place}.${key}`));
}

/** Shapes of credentials. The hashes in CDKTF's names have eight characters and are none of these. */
export const SECRETS: Readonly<Record<string, RegExp>> = {
  "access key of AWS": /\b(AKIA|ASIA)[A-Z0-9]{16}\b/,
  "secret key of AWS": /(?<![\w/+=])(?=[\w/+=]*[a-z])(?=[\w/+=]*[A-Z])(?=[\w/+=]*\d)[A-Za-z0-9/+=]{40}(?![\w/+=])/,
  "key of Datadog": /(?<![0-9a-f])([0-9a-f]{32}|[0-9a-f]{40})(?![0-9a-f])/,
  "private key": /-----BEGIN [A-Z ]*PRIVATE KEY/,
  "token of a service": /\b(ghp_|gho_|xox[abp]-|sk-|pat-)[\w-]{16,}/,
  "webhook of Slack": /hooks\.slack\.com\/services/,
  "password in an address": /\w+:\/\/[^/\s:@]+:[^/\s:@]+@/,
  "password that is set":
    // Behind a colon, `secret:` is part of an ARN, and what follows is a name.
    /(?<!:)\b(password|passwd|secret|token|api_?key)\b["']?\s*[=:]\s*["']?(?!\$|your|var\.)[\w+/-]{8,}/i,
};

/** Settings about passwords that are no passwords. */
const HARMLESS: readonly RegExp[] = [/^X-aws-ec2-metadata-token/i];

/** Whatever looks like a credential in a stack, with its place. */
export function secretsIn(stack: Stack): string[] {
  return strings(stack.document).flatMap(({ place, text }) =>
    Object.entries(SECRETS).flatMap(([kind, pattern]) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined || HARMLESS.some((each) => each.test(found))
        ? []
        : [`${stack.name}${place}: ${kind}: ${found}`];
    }),
  );
}
