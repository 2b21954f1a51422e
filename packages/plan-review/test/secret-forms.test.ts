// No secret of a known format is shown, wherever it stands in a plan; and none is in this repository.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

import type { Json } from "@dev-one/cli/json";
import { projectRoot } from "@dev-one/cli/project-root";

import { secretsIn } from "../src/model/secret-rules";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { create, destroy, plan, source, update } from "./corpus/plans";

/** A text of random look. */
const random = (length: number, letters = "aB3dE5fG7hJ9kL2mN4pQ6rS8tU1vW0xYzZ"): string =>
  Array.from({ length }, (_, index) => letters[(index * 7 + 3) % letters.length]).join("");
const hex = (length: number): string => random(length, "0123456789abcdef");

/** A text with a secret, and the part of it that must not be shown. */
const FORMS: Readonly<Record<string, readonly [text: string, secret: string]>> = Object.fromEntries(
  Object.entries({
    "a Slack webhook": ["https://hooks.slack.com/services/T00000000/B00000000/", random(24)],
    "a Discord webhook": ["https://discord.com/api/webhooks/123456789012345678/", random(68)],
    "a PagerDuty integration": ["https://events.pagerduty.com/integration/", hex(32), "/enqueue"],
    "a Sentry DSN": ["https://", hex(32), "@o12345.ingest.sentry.io/12345"],
    "a token of Vault": ["", `hvs.${random(95)}`],
    "a key of Anthropic": ["", `sk-ant-api03-${random(93)}AA`],
    "a key of an OpenAI project": ["", `sk-proj-${random(74)}T3BlbkFJ${random(74)}`],
    "a token of Docker Hub": ["", `dckr_pat_${random(27)}`],
    "a token of Terraform Cloud": ["", `${random(14)}.atlasv1.${random(64)}`],
    "a token of PyPI": ["", `pypi-AgEIcHlwaS5vcmc${random(80)}`],
    "a token of Grafana": ["", `glsa_${random(32)}_${hex(8)}`],
    "a token of Shopify": ["", `shpat_${hex(32)}`],
    "a key of Linear": ["", `lin_api_${random(40)}`],
    "an Azure SAS": ["https://a.blob.core.windows.net/c?sv=2020-08-04&sig=", `${random(43)}%3D`],
    "a key of an Azure account": ["DefaultEndpointsProtocol=https;AccountKey=", `${random(86)}==`],
    "an age key": ["", `AGE-SECRET-KEY-1${random(58, "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L")}`],
    "a token of GitHub": ["", `ghp_${random(36)}`],
    "a token of npm": ["", `npm_${random(36)}`],
    "a key of SendGrid": ["", `SG.${random(22)}.${random(43)}`],
    "an access key of AWS": ["", `AKIA${random(16, "ABCDEFGHIJKLMNOP")}`],
    "a login of a database": ["postgres://app:", random(12), "@db.example.com/x"],
  }).map(([name, [before = "", secret = "", after = ""]]) => [name, [`${before}${secret}${after}`, secret]]),
);

/** Names of attributes and variables whose values are secrets. */
const NAMES = "SIGNING_KEY MASTER_KEY HMAC_KEY SESSION_KEY routing_key account_key JWT KUBECONFIG PASSWORD_SALT".split(
  " ",
);

/** Comment and report of a plan that has a value in every place that is shown. */
function shown(value: Json, name = "value"): string {
  const values = { setting: [{ [name]: value }], text: JSON.stringify({ a: [{ [name]: value }] }) };
  const outputs = { o: { actions: ["update"], before: "a", after: { [name]: value }, after_unknown: false } };
  const json = plan(
    [
      create("acme_x.new", values),
      update("acme_x.x", { setting: [], text: "{}" }, values),
      destroy("acme_x.gone", values),
    ],
    "production",
    { output_changes: outputs, resource_drift: [update("acme_x.d", { a: 1 }, { a: 1, ...values })] },
  );
  const { markdown, jsonReport } = renderReview(review([source(json)], { today: "2026-11-25" }), "2026-11-25");
  return markdown + JSON.stringify(jsonReport);
}

describe.each(Object.entries(FORMS))("%s is not shown", (_name, [text, secret]) => {
  const encoded = Buffer.from(text).toString("base64");

  test.each<[string, Json]>([
    ["as a value", text],
    ["in a sentence", `use ${text} here`],
    ["in nested JSON", JSON.stringify({ a: JSON.stringify([text]) })],
    ["in a command", ["run", "--url", text]],
    ["in base64", encoded],
  ])("%s", (_place, value) => {
    const found = shown(value);
    expect(found).not.toContain(secret);
    expect(found).not.toContain(encoded);
  });
});

test.each(NAMES)("the value of %s is not shown", (name) => {
  expect(shown("correct-horse-battery", name)).not.toContain("correct-horse");
});

test.each<[string, Json]>([
  ["in a list", ["sh", "--password", "correct-horse-battery"]],
  ["in a line", "run --db-password correct-horse-battery --verbose"],
  ["with an equals sign", ["--api-key=correct-horse-battery"]],
])("the value behind a flag is not shown, %s", (_place, command) => {
  expect(shown(command)).not.toContain("correct-horse");
});

/** Files with texts that only look like secrets: examples of tests, and hashes. */
const LOOK_LIKE_SECRETS = /(^|\/)(test|tests|__tests__)\/|package-lock\.json$/;

test("no file of the repository has a secret of a known format", () => {
  const root = projectRoot();
  const files = execFileSync("git", ["ls-files", "-z"], { cwd: root, encoding: "utf8", maxBuffer: 1e8 })
    .split("\0")
    .filter((file) => /\.(ts|mjs|js|json|ya?ml|md|py|sh|tf|tfvars|example|env|txt)$/.test(file))
    .filter((file) => !LOOK_LIKE_SECRETS.test(file));
  const found = files.flatMap((file) => {
    const text = readFileSync(join(root, file), "utf8");
    return secretsIn(text).map(([from]) => `${file}:${text.slice(0, from).split("\n").length}`);
  });
  expect(files.length).toBeGreaterThan(100);
  expect(found).toEqual([]);
}, 60_000);
