import { readUserData } from "@dev-one/terraform-json/user-data";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import type { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const everyStack = [staging, production]
  .flatMap((environment) => synthesize(environment).stacks)
  .map((stack) => [stack.name, stack] as const);

/** Every string of a stack, with its place; user data as it reads on the server. */
function strings(value: unknown, place = ""): { place: string; text: string }[] {
  if (typeof value === "string") {
    const text = place.endsWith(".user_data") ? readUserData(value).text : value;
    return [{ place, text }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => strings(each, `${place}.${key}`));
}

/** Shapes of credentials. The hashes in CDKTF's names have eight characters and are none of these. */
const SECRETS: Readonly<Record<string, RegExp>> = {
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

function findings(stack: Stack): string[] {
  return strings(stack.document).flatMap(({ place, text }) =>
    Object.entries(SECRETS).flatMap(([kind, pattern]) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined || HARMLESS.some((each) => each.test(found)) ? [] : [`${place}: ${kind}: ${found}`];
    }),
  );
}

test.each(everyStack)("%s holds nothing that looks like a secret", (_name, stack) => {
  expect(strings(stack.document).length).toBeGreaterThan(50);
  expect(findings(stack)).toEqual([]);
});

test.each([
  ["access key of AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["secret key of AWS", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
  ["key of Datadog", "0123456789abcdef0123456789abcdef"],
  ["private key", "-----BEGIN RSA PRIVATE KEY-----"],
  ["token of a service", "ghp_0123456789abcdefABCD"],
  ["webhook of Slack", "https://hooks.slack.com/services/T0/B0/x"],
  ["password in an address", "postgres://app:hunter22@db:5432/app"],
  ["password that is set", "DD_API_KEY=0123 password=correcthorse"],
])("the search would find a %s", (kind, text) => {
  expect(SECRETS[kind]?.test(text)).toBe(true);
});

describe.each([
  ["staging", synthesize(staging)],
  ["production", synthesize(production)],
])("the key of Datadog in %s", (_name, { platform }) => {
  const uses = strings(platform.document.resource).filter(({ text }) => /\bvar\.datadog_api_key\b/.test(text));

  test("is a variable without a default that leaves no trace in state or plan", () => {
    expect(platform.document.variable?.datadog_api_key).toMatchObject({
      type: "string",
      sensitive: true,
      ephemeral: true,
      nullable: false,
    });
    expect(platform.document.variable?.datadog_api_key).not.toHaveProperty("default");
  });

  test("reaches one argument, which Terraform writes and forgets", () => {
    expect(uses.map(({ place }) => place.split(".").at(-1))).toEqual(["secret_string_wo"]);
    expect(uses[0]?.text).toBe('{"api_key":"${var.datadog_api_key}"}');
    const others = strings([platform.document.output, platform.document.provider, platform.document.data]);
    expect(others.filter(({ text }) => /\bvar\.datadog_api_key\b/.test(text))).toEqual([]);
  });

  test("is written again when its version is raised", () => {
    const version = platform.only("aws_secretsmanager_secret_version");
    expect(version.values.secret_string_wo_version).toBe("${var.datadog_api_key_version}");
    expect(platform.document.variable?.datadog_api_key_version).toMatchObject({ type: "number", default: 1 });
  });

  test("is refused unless it looks like one, with a sentence that names it", () => {
    for (const [name, variable] of Object.entries(platform.document.variable ?? {})) {
      const [validation] = variable.validation as { condition: string; error_message: string }[];
      expect(validation?.condition).toContain(`var.${name}`);
      expect(validation?.error_message).toMatch(new RegExp(`^${name} must be [^.]+\\.$`));
    }
  });
});

test("no resource has a password argument, and none writes a secret where state would keep it", () => {
  const forbidden = /^(password|master_password|secret_string|secret_binary|auth_token|private_key)$/;
  for (const [, stack] of everyStack) {
    for (const resource of stack.all()) {
      expect(Object.keys(resource.values).filter((key) => forbidden.test(key))).toEqual([]);
    }
  }
});
