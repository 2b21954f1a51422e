import { archiveOf } from "../../src/servers/archive";
import { both } from "../fixtures/environment";
import { SECRETS, secretsIn, strings } from "../support/secrets";
import { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const everyStack = both.flatMap(([, environment]) => synthesize(environment).stacks);

// No stack of an environment has any of them: __tests__/golden/names.test.ts.
test.each([
  ["access key of AWS", "AKIAIOSFODNN7EXAMPLE"],
  ["secret key of AWS", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"],
  ["key of Datadog", "0123456789abcdef0123456789abcdef"],
  ["private key", "-----BEGIN RSA PRIVATE KEY-----"],
  ["token of a service", "ghp_0123456789abcdefABCD"],
  ["webhook of Slack", "https://hooks.slack.com/services/T0/B0/x"],
  ["password in an address", "postgres://app:hunter22@db:5432/app"],
  ["password that is set", "DD_API_KEY=0123 password=correcthorse"],
])("a search for secrets finds a %s", (kind, text) => {
  expect(SECRETS[kind]?.test(text)).toBe(true);
});

test("a search for secrets names the file of an archive that holds one", () => {
  const file = (path: string, text: string) => ({ path, content: Buffer.from(text), executable: false });
  const archive = archiveOf([file("run", "#!/bin/sh\n"), file("etc/shop.conf", "key = AKIAIOSFODNN7EXAMPLE\n")]);
  const object = { content_base64: archive.toString("base64") };
  const stack = new Stack("staging", JSON.stringify({ resource: { aws_s3_object: { bundle: object } } }));
  expect(secretsIn(stack)).toEqual([
    "staging.resource.aws_s3_object.bundle.content_base64 (etc/shop.conf): access key of AWS: AKIAIOSFODNN7EXAMPLE",
  ]);
});

describe.each(both)("the API key of Datadog in %s", (_name, environment) => {
  const { platform } = synthesize(environment);
  const uses = strings(platform.document.resource).filter(({ text }) => /\bvar\.datadog_api_key\b/.test(text));

  test("is an ephemeral variable without a default, which is in neither state nor plan", () => {
    const variable = platform.document.variable?.datadog_api_key;
    expect(variable).toMatchObject({ type: "string", sensitive: true, ephemeral: true, nullable: false });
    expect(variable).not.toHaveProperty("default");
  });

  test("is referred to by one write-only argument", () => {
    expect(uses.map(({ place }) => place.split(".").at(-1))).toEqual(["secret_string_wo"]);
    expect(uses[0]?.text).toBe('{"api_key":"${var.datadog_api_key}"}');
    const others = strings([platform.document.output, platform.document.provider, platform.document.data]);
    expect(others.filter(({ text }) => /\bvar\.datadog_api_key\b/.test(text))).toEqual([]);
  });

  test("is written again when its version is raised", () => {
    const version = platform.at("servers/datadog-api-key/version");
    expect(version.values.secret_string_wo_version).toBe("${var.datadog_api_key_version}");
    expect(platform.document.variable?.datadog_api_key_version).toMatchObject({ type: "number", default: 1 });
  });

  test("is validated, and so is its version, with a message that names the variable", () => {
    for (const [name, variable] of Object.entries(platform.document.variable ?? {})) {
      const [validation] = variable.validation as { condition: string; error_message: string }[];
      expect(validation?.condition).toContain(`var.${name}`);
      expect(validation?.error_message).toMatch(new RegExp(`^${name} must be [^.]+\\.$`));
    }
  });
});

test("no resource has an argument that would keep a password or secret in the state", () => {
  const forbidden = /^(password|master_password|secret_string|secret_binary|auth_token|private_key)$/;
  for (const stack of everyStack) {
    for (const resource of stack.all()) {
      expect(Object.keys(resource.values).filter((key) => forbidden.test(key))).toEqual([]);
    }
  }
});
