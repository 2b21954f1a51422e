import { readFileSync } from "node:fs";
import { join } from "node:path";

import { Testing } from "cdktf";

import { defineEnvironment, type EnvironmentProps } from "../../src/config";
import type { Statement } from "../../src/iam";
import { permissionsBoundary } from "../../src/iam/permissions-boundary";
import { ServiceRole } from "../../src/servers/service-role";
import { PlatformStack } from "../../src/stacks/platform-stack";
import { sandbox } from "../fixtures/environment";
import { eachNameAService, withShop } from "../fixtures/variants";
import { statements } from "../support/policies";
import { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";
import { addOrders } from "./support/orders";

// What a service may do besides what every server may.

type Services = EnvironmentProps["services"];

const has = { secrets: ["payment-key", "mail-key"], jobs: { cleanup: { at: "03:30", minutes: 60 } } };
const SECRETS = `arn:aws:secretsmanager:us-east-1:${sandbox.accountId}:secret:dev-one/sandbox`;

/** Each name is a service, and the one on `web-2` has secrets and a job. */
const onOneName = defineEnvironment({
  ...eachNameAService,
  services: Object.fromEntries(
    Object.entries(eachNameAService.services).map(([name, service]) => [
      name,
      name === "web-2" ? { ...service, ...has } : service,
    ]),
  ),
});

describe.each([
  [
    "on all servers",
    synthesize(withServices({ web: { ...sandbox.services.web, ...has } })),
    "web",
    "servers/role/granted",
  ],
  [
    "on a group of its own",
    synthesize(defineEnvironment({ ...withShop(has), releases: {} })),
    "shop",
    "servers/services/shop/role/granted",
  ],
] as const)("the role of a service %s", (_, { platform }, service, path) => {
  test("may read its secrets and create the objects of its jobs, and those of no other service", () => {
    const bucket = `\${${platform.at("servers/files/bucket/bucket").address}.arn}`;
    expect(grantsOn(platform, path, `${SECRETS}/`, bucket)).toEqual([
      { Effect: "Allow", Action: ["secretsmanager:GetSecretValue"], Resource: [`${SECRETS}/${service}/*`] },
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: [`${bucket}/jobs/${service}/*`] },
    ]);
  });
});

test("the role of named servers may use what belongs to a service on some of them from the addresses of these only", () => {
  const { platform } = synthesize(onOneName);
  const bucket = platform.at("servers/files/bucket/bucket").address;
  const policy = grantsOn(platform, "servers/role/granted", `${SECRETS}/`, bucket);
  expect(policy.map(({ Action }) => Action)).toEqual([["secretsmanager:GetSecretValue"], ["s3:PutObject"]]);
  for (const { Condition } of policy) {
    expect(Condition).toEqual({
      StringEquals: { "aws:EC2InstanceSourceVPC": `${platform.only("aws_vpc").address}.id` },
      IpAddress: { "aws:EC2InstanceSourcePrivateIPv4": ["10.20.5.41", "10.20.6.41"] },
    });
  }
});

describe("a queue and a bucket that a platform engineer gives to a service", () => {
  const shopOnName = defineEnvironment({
    ...eachNameAService,
    services: Object.fromEntries(
      Object.entries(eachNameAService.services).map(([name, service]) => [name === "web-2" ? "shop" : name, service]),
    ),
  });

  function withOrders(environment: typeof sandbox): Stack {
    const stack = new PlatformStack(Testing.app(), "sandbox", environment);
    addOrders(stack, environment);
    stack.prepareStack();
    return new Stack("sandbox", JSON.stringify(stack.toTerraform()));
  }

  test("are granted to the role of its group", () => {
    const platform = withOrders(withShop());
    const queue = `${platform.at("orders").address}.arn`;
    const objects = `\${${platform.at("invoices/bucket").address}.arn}/*`;
    expect(grantsOn(platform, "servers/services/shop/role/granted", queue, objects)).toEqual([
      { Effect: "Allow", Action: ["sqs:SendMessage", "sqs:ReceiveMessage", "sqs:DeleteMessage"], Resource: [queue] },
      { Effect: "Allow", Action: ["s3:GetObject"], Resource: [objects] },
      { Effect: "Allow", Action: ["s3:PutObject"], Resource: [objects] },
    ]);
  });

  test("are granted to the addresses of its names, where it shares the role with others", () => {
    const platform = withOrders(shopOnName);
    const [queue, bucket] = ["orders", "invoices/bucket"].map((path) => platform.at(path).address);
    const policy = grantsOn(platform, "servers/role/granted", `${queue}.arn`, `${bucket}.arn`);
    expect(policy).toHaveLength(3);
    for (const { Condition } of policy) {
      expect(Condition).toMatchObject({
        IpAddress: { "aws:EC2InstanceSourcePrivateIPv4": ["10.20.5.41", "10.20.6.41"] },
      });
    }
  });

  test("are what the page about services shows", () => {
    const [, code = ""] = readFileSync(join(__dirname, "support/orders.ts"), "utf8").split(/(?=\/\*\* A queue)/);
    const page = readFileSync(join(__dirname, "../../docs/services.md"), "utf8");
    expect(code).toContain("addOrders");
    expect(page).toContain(`\`\`\`ts\n${code}\`\`\``);
  });

  test("cannot be given to a service that does not exist", () => {
    const stack = new PlatformStack(Testing.app(), "sandbox", sandbox);
    expect(() => stack.servers.roleOf("shop")).toThrow("There is no service shop");
  });
});

test("what a service decrypts through another AWS service is not limited to addresses", () => {
  const added: Statement[] = [];
  const role = new ServiceRole({ addToPolicy: (...statements) => added.push(...statements) }, "vpc-1", ["10.0.0.1"]);
  const conditions = { StringEquals: { "kms:ViaService": "sqs.us-east-1.amazonaws.com" } };
  const limited = { StringEquals: { "aws:SecureTransport": "true" } };
  role.addToPolicy(
    { actions: ["kms:Decrypt"], resources: ["key"], conditions },
    { actions: ["sqs:SendMessage"], resources: ["queue"], conditions: limited },
  );
  expect(added).toEqual([
    { actions: ["kms:Decrypt"], resources: ["key"], conditions },
    {
      actions: ["sqs:SendMessage"],
      resources: ["queue"],
      conditions: {
        StringEquals: { "aws:SecureTransport": "true", "aws:EC2InstanceSourceVPC": "vpc-1" },
        IpAddress: { "aws:EC2InstanceSourcePrivateIPv4": ["10.0.0.1"] },
      },
    },
  ]);
});

test("a secret is encrypted with the key of the environment, has its service and owner as tags, and no value", () => {
  const { platform } = synthesize(onOneName);
  const secret = platform.at("servers/secrets/web-2/payment-key");
  expect(secret.values).toMatchObject({
    name: "dev-one/sandbox/web-2/payment-key",
    tags: { service: "web-2", team: "acme-web" },
    recovery_window_in_days: 0,
  });
  expect(platform.target(secret.values.kms_key_id)).toBe(platform.at("encryption/key/key"));
  expect(platform.at("servers/secrets/web-2/mail-key").values.name).toBe("dev-one/sandbox/web-2/mail-key");
  const withValue = platform.resources("aws_secretsmanager_secret_version").map(({ values }) => values.secret_id);
  expect(withValue.map((id) => platform.target(id).path).filter((path) => path.startsWith("servers/secrets/"))).toEqual(
    [],
  );
});

test("the permissions boundary allows to read secrets of services and to run jobs", () => {
  const boundary = permissionsBoundary({ ...sandbox, resourceTypes: ["aws_s3_object", "aws_secretsmanager_secret"] });
  const resources = (action: string) =>
    boundary.filter(({ actions }) => actions.includes(action)).flatMap((statement) => statement.resources ?? []);
  expect(resources("secretsmanager:GetSecretValue")).toContain(`${SECRETS}/*`);
  expect(resources("s3:PutObject")).toContain("arn:aws:s3:::dev-one-sandbox-services-*/jobs/*");
});

test("objects of jobs expire after a month", () => {
  const rules = synthesize(sandbox).platform.at("servers/files/bucket/lifecycle").values.rule as { id: string }[];
  expect(rules.find(({ id }) => id === "expire-jobs")).toMatchObject({
    filter: [{ prefix: "jobs/" }],
    expiration: [{ days: 30 }],
  });
});

describe("a release of one of several services on named servers", () => {
  const before = synthesize(eachNameAService).platform;
  const bundle = "0123456789abcdef".repeat(4);

  test.each([
    ["a bundle", { version: "2.0.0", bundle }, ["servers/row-web-2"]],
    [
      "a folder",
      { version: "2.0.0", folder: "src/servers/example-service" },
      ["servers/bundle-web-2", "servers/row-web-2"],
    ],
  ])("that is %s changes its own objects, and no launch template", (_, release, changed) => {
    const after = synthesize(withServices(eachNameAService.services, { "web-2": release })).platform;
    // An order of creation changes nothing that exists.
    const values = (stack: typeof after) =>
      new Map(
        stack.resources().map(({ path, values }) => [path, JSON.stringify({ ...values, depends_on: undefined })]),
      );
    const old = values(before);
    const different = [...values(after)].filter(([path, text]) => old.get(path) !== text).map(([path]) => path);
    expect(different.sort()).toEqual(changed);
  });
});

/** Statements of a role's policy about resources whose ARNs contain one of these texts; other grants may stand beside them. */
function grantsOn(platform: Stack, path: string, ...arns: readonly string[]) {
  return statements(platform.at(path).values.policy).filter(({ Resource = [] }) =>
    Resource.some((resource) => arns.some((arn) => resource.includes(arn))),
  );
}

function withServices(services: object, releases: EnvironmentProps["releases"] = {}) {
  return defineEnvironment({ ...sandbox, services: services as Services, releases });
}
