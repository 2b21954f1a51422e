import type { Json, JsonObject } from "@dev-one/cli/json";

import { Secrets } from "../src/model/secrets";
import { review } from "../src/verdict";
import { renderReview } from "../src/whole-review";
import { change, create, plan, source, unchanged, update } from "./corpus/plans";

const DAY = "2026-11-25";
const SECRET = "hunter2-Tr0ub4dor";

/** Everything that anybody can read of a review. */
function shown(json: JsonObject): string {
  const { markdown, jsonReport } = renderReview(review([source(json)], { today: DAY }), DAY);
  return markdown + JSON.stringify(jsonReport);
}

/** The secret, put into the middle of things, in as many shapes as attributes have. */
const shapes: readonly (readonly [string, (secret: string) => Json])[] = [
  ["a string", (secret) => secret],
  ["a part of a string", (secret) => `user=app ${secret} host=db`],
  ["a map", (secret) => ({ plain: "x", inner: secret })],
  ["a list", (secret) => ["x", secret, "y"]],
  ["a list of blocks", (secret) => [{ name: "x" }, { name: "y", inner: [secret] }]],
  ["a string of JSON", (secret) => JSON.stringify({ a: { b: [secret] } })],
  ["a string of JSON in a string of JSON", (secret) => JSON.stringify({ a: JSON.stringify({ b: secret }) })],
  ["a key of a map", (secret) => ({ [secret]: "x" })],
];

describe.each(shapes)("as %s", (_shape, put) => {
  test.each([
    ["before", update("acme_x.x", { value: put(SECRET), size: 1 }, { value: put("another"), size: 2 }, marked())],
    ["after", update("acme_x.x", { value: put("another"), size: 1 }, { value: put(SECRET), size: 2 }, marked())],
    [
      "both sides",
      update("acme_x.x", { value: put(SECRET), size: 1 }, { value: put(`${SECRET}!`), size: 2 }, marked()),
    ],
    ["one that is created", create("acme_x.x", { value: put(SECRET) }, { afterSensitive: { value: true } })],
    [
      "one that is replaced",
      change("acme_x.x", ["delete", "create"], {
        before: { value: put(SECRET) },
        after: { value: put("b") },
        replacePaths: [["value"]],
        ...marked(),
      }),
    ],
    [
      "one that is destroyed",
      change("acme_x.x", ["delete"], { before: { value: put(SECRET) }, beforeSensitive: { value: true } }),
    ],
  ])("masks a sensitive value: %s", (_place, each) => {
    expect(shown(plan([each]))).not.toContain(SECRET);
  });

  test("masks a copy in an attribute that is not marked", () => {
    const marks = unchanged(
      "acme_x.owner",
      { value: SECRET },
      { beforeSensitive: { value: true }, afterSensitive: { value: true } },
    );
    const copy = update("acme_x.copy", { value: put("old") }, { value: put(SECRET) });
    expect(shown(plan([marks, copy]))).not.toContain(SECRET);
  });

  test("masks a value with a secret's name, marked or not", () => {
    for (const name of [
      "password",
      "db_password",
      "masterUserPassword",
      "api_key",
      "SECRET",
      "auth_token",
      "private_key",
      "connection_string",
      "DB_PASS",
      "dbPass",
      "PGPASS",
      "MYSQL_PWD",
      "Pwd",
    ]) {
      expect(shown(plan([update("acme_x.x", { [name]: put("old") }, { [name]: put(SECRET) })]))).not.toContain(SECRET);
      expect(
        shown(plan([update("acme_x.x", { tags: { [name]: "old" } }, { tags: { [name]: SECRET } })])),
      ).not.toContain(SECRET);
    }
  });

  test("masks in drift, outputs and deferred changes", () => {
    const drift = update("acme_x.x", { value: put("old") }, { value: put(SECRET) }, marked());
    const output = {
      actions: ["update"],
      before: put("old"),
      after: put(SECRET),
      after_unknown: false,
      before_sensitive: true,
      after_sensitive: true,
    };
    const deferred = { reason: "x", resource_change: drift };
    expect(
      shown(
        plan([], "staging", { resource_drift: [drift], output_changes: { o: output }, deferred_changes: [deferred] }),
      ),
    ).not.toContain(SECRET);
  });
});

test("masks the marked part of a block only", () => {
  const before = { settings: [{ host: "db", login: SECRET }] };
  const each = update(
    "acme_x.x",
    before,
    { settings: [{ host: "db2", login: `${SECRET}2` }] },
    {
      beforeSensitive: { settings: [{ login: true }] },
      afterSensitive: { settings: [{ login: true }] },
    },
  );
  const text = shown(plan([each]));
  expect(text).not.toContain(SECRET);
  expect(text).toContain("db2");
});

test("masks the value of a sensitive variable everywhere", () => {
  const more = {
    variables: { key: { value: SECRET }, datadog_api_key: { value: "0123456789abcdef0123456789abcdef" } },
    configuration: { root_module: { variables: { key: { sensitive: true } } } },
  };
  const text = shown(
    plan([update("acme_x.x", { a: "x" }, { a: `${SECRET} 0123456789abcdef0123456789abcdef` })], "staging", more),
  );
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain("0123456789abcdef");
});

test.each([
  ["by Terraform's jsonencode", String.raw`x {"a":"Pa\u0026ss\u003cw0rd\u003e'! end"}`],
  ["by Terraform's urlencode", "https://x/?q=Pa%26ss%3Cw0rd%3E%27%21+end"],
  ["strictly, with %20", "https://x/?q=Pa%26ss%3Cw0rd%3E%27%21%20end"],
  ["in HTML as Go writes it", "Pa&amp;ss&lt;w0rd&gt;&#39;! end"],
  ["in HTML with names", "Pa&amp;ss&lt;w0rd&gt;&apos;! end"],
])("masks a secret with special characters, encoded %s", (_how, text) => {
  const owner = unchanged("acme_x.owner", { value: "Pa&ss<w0rd>'! end" }, { afterSensitive: { value: true } });
  expect(shown(plan([owner, update("acme_x.x", { a: "x" }, { a: text })]))).not.toContain("w0rd");
});

test.each([
  ["the login of a registry", ""],
  ["one letter before", "a"],
  ["two letters before", "ab"],
  ["five letters before", "user:"],
])("masks a secret within base64, at each alignment: %s", (_how, before) => {
  const owner = unchanged("acme_x.owner", { value: SECRET }, { afterSensitive: { value: true } });
  for (const after of ["", "\n", "@x", "and more"]) {
    for (const encoding of ["base64", "base64url"] as const) {
      const encoded = Buffer.from(`${before}${SECRET}${after}`).toString(encoding);
      const text = shown(plan([owner, update("acme_x.x", { a: "x" }, { a: `auth=<${encoded}>` })]));
      // No bit of it: what is left are letters that stood before and after.
      const left = /auth=<(.*?)>/.exec(text)?.[1]?.split("(sensitive)") ?? [];
      expect(left).toHaveLength(2);
      expect((left[0]?.length ?? 0) * 6).toBeLessThanOrEqual(before.length * 8);
      expect((left[1]?.replace(/=+$/, "").length ?? 0) * 6).toBeLessThanOrEqual(after.length * 8 + 4);
    }
  }
});

test.each(["\n", "\r\n"])("masks single lines of a secret with line ends %j", (end) => {
  const key = ["-----BEGIN X-----", "MIIabcdefgh0123", "  indented: swordfish", "short", "-----END X-----"].join(end);
  const owner = unchanged("acme_x.owner", { value: key }, { afterSensitive: { value: true } });
  const text = shown(
    plan([owner, update("acme_x.x", { a: "x" }, { a: "<MIIabcdefgh0123> indented: swordfish, short" })]),
  );
  expect(text).not.toMatch(/MIIabc|swordfish/);
  expect(text).toContain("short");
});

test("masks both secrets that share a line", () => {
  const header = "-----BEGIN RSA PRIVATE KEY-----";
  const secrets = new Secrets();
  secrets.collect(`${header}\nMIIabcdefgh0123\npassword: \n`, true);
  expect(secrets.scrub(`${header}\nAnother0Key0\n-----END RSA PRIVATE KEY-----`)).toBe("(sensitive)");
  expect(secrets.scrub("x password: swordfish")).not.toContain("swordfish");
});

test.each(["&#34;", "&quot;"])("masks a secret in HTML whose quote is written as %s", (quote) => {
  const owner = unchanged("acme_x.owner", { value: 'say "w0rd" twice' }, { afterSensitive: { value: true } });
  const copy = update("acme_x.x", { a: "x" }, { a: `say ${quote}w0rd${quote} twice` });
  expect(shown(plan([owner, copy]))).not.toContain("w0rd");
});

test.each([
  ["lines", Array.from({ length: 400_000 }, (_, index) => `line-${index}`).join("\n")],
  ["one line", "Ab0 ".repeat(1_000_000)],
])("collects a long secret in less than two seconds: %s", (_what, secret) => {
  const start = process.cpuUsage();
  const secrets = new Secrets();
  secrets.collect(secret, true);
  secrets.scrub("line-x ".repeat(4000));
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(2);
});

test.each([
  ["a private key", "-----BEGIN RSA PRIVATE KEY-----\nMIIabc123\n-----END RSA PRIVATE KEY-----", "MIIabc123"],
  ["an access key", "AKIAIOSFODNN7EXAMPLE", "IOSFODNN7"],
  ["a login in an address", `postgres://app:${SECRET}@db/app`, SECRET],
  ["a header", `Authorization: Bearer ${SECRET}`, SECRET],
  ["a setting in a script", `export DB_PASSWORD=${SECRET}`, SECRET],
  ["a setting in YAML", `password: ${SECRET}`, SECRET],
  ["a setting in quotes, with spaces", `export DB_PASSWORD="my ${SECRET} 1" x`, SECRET],
  ["a setting in single quotes, with spaces", `password: 'my "${SECRET}" 1'`, SECRET],
  ["a setting in quotes, with a quote in it", String.raw`password = "my \" ${SECRET}"`, SECRET],
  ["a setting in escaped quotes, with spaces", String.raw`x {\"password\": \"my ${SECRET} 1\"}`, SECRET],
  ["a setting in quotes that do not end", `token="my ${SECRET}`, SECRET],
  ["a setting with a short name", `export DB_PASS=${SECRET}`, SECRET],
  ["a variable of MySQL", `MYSQL_PWD=${SECRET} mysqldump app`, SECRET],
  ["a connection string", `Server=db;Uid=app;Pwd=${SECRET};Database=app`, SECRET],
  ["a key of Stripe", "sk_live_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqL"],
  ["a restricted key of Stripe", "key=rk_test_4eC39HqLyjWDarjtT1zdp7dc", "4eC39HqL"],
  ["a key of Google", "https://maps.example/?k=AIzaSyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY", "9tSrke72"],
  ["a container's variable with a short name", JSON.stringify([{ name: "DB_PASS", value: SECRET }]), SECRET],
  ["a container's variable", JSON.stringify([{ environment: [{ name: "DB_PASSWORD", value: SECRET }] }]), SECRET],
])("masks secrets by their format: %s", (_what, text, part) => {
  expect(shown(plan([update("acme_x.x", { a: "x" }, { a: text })]))).not.toContain(part);
  expect(
    shown(plan([update("aws_route53_record.r", { name: "n", records: ["x"] }, { records: [text] })])),
  ).not.toContain(part);
});

test("checks sensitive values without showing them", () => {
  const rule = {
    security_group_id: "sg-1",
    ip_protocol: "tcp",
    from_port: 22,
    to_port: 22,
    cidr_ipv4: "0.0.0.0/0",
    description: SECRET,
  };
  const each = create("aws_vpc_security_group_ingress_rule.r", rule, {
    afterSensitive: { cidr_ipv4: true, description: true },
  });
  const result = review([source(plan([each]))], { today: DAY });
  expect(result.verdict).toBe("forbidden");
  expect(shown(plan([each]))).not.toContain(SECRET);
});

test.each([
  ["an equals sign", `=${" ".repeat(200_000)}x`],
  ["equals signs", "= ".repeat(100_000)],
  ["a name", `password${" ".repeat(200_000)}x`],
  ["a name and an equals sign", `password=${" ".repeat(200_000)}`],
  ["names", "password".repeat(25_000)],
  ["names and quotes", 'password="'.repeat(20_000)],
  ["a name and escaped quotes", `password="${String.raw`\"`.repeat(100_000)}`],
  ["the word of a header", `bearer${" ".repeat(200_000)}`],
  ["halves of tokens", "eyJabcdefgh-".repeat(17_000)],
  ["logins", "://a:".repeat(40_000)],
  ["beginnings of keys", "-----BEGIN ".repeat(18_000)],
])("masks a long text in less than a second: %s", (_what, text) => {
  const start = process.cpuUsage();
  new Secrets().scrub(text);
  const { user, system } = process.cpuUsage(start);
  expect((user + system) / 1e6).toBeLessThan(1);
});

test("masks a secret before the text is shortened", () => {
  const owner = unchanged("acme_x.owner", { value: SECRET }, { afterSensitive: { value: true } });
  const condition = { StringEquals: { "aws:SourceVpc": `${"x".repeat(159)}${SECRET}` } };
  const statement = { Effect: "Allow", Action: "s3:GetObject", Resource: "*", Condition: condition };
  for (let cut = 0; cut < 60; cut += 1) {
    condition.StringEquals["aws:SourceVpc"] = `${"x".repeat(140 + cut)}${SECRET}`;
    const policy = JSON.stringify({ Version: "2012-10-17", Statement: [statement] });
    const { markdown } = renderReview(
      review([source(plan([owner, create("aws_iam_policy.p", { policy })]))], { today: DAY }),
      DAY,
    );
    expect(markdown).not.toContain(SECRET.slice(0, 6));
  }
});

test("user data is never shown", () => {
  const each = update(
    "aws_launch_template.t",
    { user_data: "aGVsbG8=" },
    { user_data: Buffer.from(`#!/bin/sh\n${SECRET}`).toString("base64") },
  );
  const text = shown(plan([each]));
  expect(text).not.toContain(SECRET);
  expect(text).not.toContain(Buffer.from(SECRET).toString("base64").slice(4, 12));
});

function marked() {
  return { beforeSensitive: { value: true }, afterSensitive: { value: true } };
}
