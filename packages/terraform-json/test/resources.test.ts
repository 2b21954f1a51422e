import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

import { type JsonObject, readJsonFile } from "@dev-one/cli/json";

import { Configuration } from "../src/configuration";
import { changesOf, parsePlan } from "../src/read-plan";
import { decodeDocument, fromPlan, fromSynthesis, type Resource, Undecided } from "../src/resources";

const directory = join(__dirname, "stack");
const synthesized = readJsonFile(join(directory, "cdk.tf.json"));
/** By Terraform 1.11.4, in that directory: `terraform init && terraform plan -out p && terraform show -json p | gzip -9n > plan.json.gz`. */
const plan = parsePlan(gunzipSync(readFileSync(join(directory, "plan.json.gz"))));

const fromJson = fromSynthesis("network", synthesized);
const planned = fromPlan("network", plan, { synthesized });

const at = (stack: typeof planned, address: string): Resource => {
  const found = stack.resources.find((each) => each.address === address);
  if (found === undefined)
    throw new Error(`${address} is not in ${stack.resources.map((each) => each.address).join()}`);
  return found;
};
const addresses = (resources: readonly Resource[]) => resources.map(({ address }) => address);

describe("the same stack, synthesized and planned,", () => {
  const bases = (resources: readonly Resource[]) => [
    ...new Set(resources.map(({ address }) => address.replace(/\[.*/, ""))),
  ];
  // A plan does not contain the arguments `count` and `for_each`; synthesized JSON does not contain the resources of modules.
  const ofRoot = planned.resources.filter(({ address }) => !address.startsWith("module."));

  test("has the same resources at the same construct paths, in the same order", () => {
    expect(bases(ofRoot)).toEqual(addresses(fromJson.resources));
    expect([...new Set(ofRoot.map(({ path }) => path))]).toEqual(fromJson.resources.map(({ path }) => path));
    expect(addresses(planned.dataSources)).toEqual(addresses(fromJson.dataSources));
  });

  test.each(["input", "triggers_replace", "depends_on"])("refers to the same resources in %s", (argument) => {
    const found = fromJson.resources.map((each) => [each.address, addresses(each.targets(argument))]);
    expect(found.some(([, targets]) => (targets ?? []).length > 0)).toBe(true);
    for (const each of ofRoot) {
      if (each.path === "network/through") continue;
      const same = at(fromJson, each.address.replace(/\[.*/, ""));
      expect([each.address, ...bases(each.targets(argument))]).toEqual([
        each.address,
        ...addresses(same.targets(argument)),
      ]);
    }
  });

  test("depends on what dependencies depend on, and on what is in depends_on only", () => {
    for (const stack of [fromJson, planned]) {
      const [host] = stack.resources.filter(({ path }) => path === "network/host");
      expect(bases([...(host?.allDependencies() ?? [])]).sort()).toEqual([
        "terraform_data.network_vpc_AAAAAAAA",
        "terraform_data.network_zone_BBBBBBBB",
      ]);
    }
  });

  test("has the same known values", () => {
    for (const stack of [fromJson, planned]) {
      expect(at(stack, "terraform_data.network_vpc_AAAAAAAA").text("input")).toBe("10.0.0.0/16");
      expect(stack.isProduction).toBe(false);
      expect([stack.environment, stack.region]).toEqual(["network", undefined]);
    }
  });
});

test("references lead to the instance with their key, or else to all instances", () => {
  const zone = (key: string) => `terraform_data.network_zone_BBBBBBBB["${key}"]`;
  for (const index of [0, 1]) {
    expect(addresses(at(planned, `terraform_data.network_host_CCCCCCCC[${index}]`).targets("input"))).toEqual([
      zone("a"),
    ]);
  }
  const stack = fromPlan("network", {
    ...plan,
    configuration: {
      root_module: {
        resources: [
          {
            address: "terraform_data.x",
            expressions: { input: { references: ["terraform_data.network_zone_BBBBBBBB"] } },
          },
        ],
      },
    },
    resource_changes: [
      ...(plan.resource_changes ?? []),
      {
        address: "terraform_data.x",
        mode: "managed",
        type: "terraform_data",
        name: "x",
        provider_name: "",
        change: { actions: ["create"], after: {} },
      },
    ],
  });
  expect(addresses(at(stack, "terraform_data.x").targets("input"))).toEqual([zone("a"), zone("b")]);
});

test("references lead into modules, out of them, and stay within an instance of a module", () => {
  const through = at(planned, "terraform_data.network_through_EEEEEEEE");
  expect(addresses(through.targets("input"))).toEqual(['module.inner["a"].terraform_data.second[0]']);
  for (const key of ["a", "b"]) {
    const inner = (name: string) => `module.inner["${key}"].terraform_data.${name}`;
    expect(addresses(at(planned, inner("first")).targets("input"))).toEqual(["terraform_data.network_vpc_AAAAAAAA"]);
    expect(addresses(at(planned, inner("second[0]")).targets("input"))).toEqual([inner("first")]);
  }
});

test("a forged plan whose module outputs refer to each other is read", () => {
  const configuration = new Configuration({
    root_module: {
      resources: [{ address: "aws_a.b", expressions: { x: { references: ["module.m.out"] } } }],
      module_calls: {
        m: {
          expressions: { in: { references: ["module.m.out"] } },
          module: { outputs: { out: { expression: { references: ["var.in"] } } } },
        },
      },
    },
  });
  expect(configuration.references("aws_a.b", "x")).toEqual([]);
});

describe("a value that is known after the apply", () => {
  const through = at(planned, "terraform_data.network_through_EEEEEEEE");

  test("is set, and reading it throws Undecided with its path", () => {
    expect(through.has("input")).toBe(true);
    expect(through.names()).toEqual(["triggers_replace", "input"]);
    expect(through.template("input")).toBeUndefined();
    for (const read of ["text", "number", "flag", "texts", "blocks", "document"] as const) {
      expect(() => through[read]("input")).toThrow(new Undecided("input"));
    }
    const [block] = at(planned, 'terraform_data.network_zone_BBBBBBBB["a"]').blocks("input");
    expect(block?.text("zone")).toBe("a");
    expect(() => block?.text("vpc")).toThrow("input.vpc is not known yet");
  });

  test("is not taken for the known part of a list", () => {
    expect(() => through.texts("triggers_replace")).toThrow("triggers_replace is not known yet");
  });
});

test("sensitive values are read like others, so that rules can check them", () => {
  expect(at(planned, "terraform_data.network_secret_FFFFFFFF").text("input")).toBe("not-a-secret");
  expect(new Configuration(plan.configuration ?? {}).sensitiveVariables()).toEqual(["password"]);
});

describe("a plan", () => {
  const change = (address: string, before: object | null, after: object | null, ...actions: string[]) => ({
    address,
    type: address.split(".")[0],
    mode: address.startsWith("data.") ? "data" : "managed",
    change: { actions, before, after, before_sensitive: {}, after_sensitive: {} },
  });
  const expressions = { size: { constant_value: 2 } };
  const read = parsePlan(
    JSON.stringify({
      format_version: "1.2",
      planned_values: {},
      resource_changes: [
        change("aws_a.updated", { size: 1, arn: "a" }, { size: 2, arn: "a" }, "update"),
        change("aws_a.created", null, { size: 3 }, "create"),
        change("aws_a.deleted", { size: 4 }, null, "delete"),
        change("aws_a.same", { size: 5 }, { size: 5 }, "no-op"),
        { ...change("aws_a.same", { size: 6 }, null, "delete"), deposed: "12345678" },
        change("data.aws_a.read", null, { size: 7 }, "read"),
      ],
      configuration: {
        provider_config: {
          "aws.other": { name: "aws", expressions: { region: { constant_value: "eu-west-1" } } },
          aws: {
            name: "aws",
            expressions: {
              region: { constant_value: "us-east-1" },
              default_tags: [{ tags: { constant_value: { env: "production" } } }],
            },
          },
        },
        root_module: { resources: [{ address: "aws_a.updated", expressions }] },
      },
    }),
  );
  const sizes = (options: Parameters<typeof fromPlan>[2]) =>
    Object.fromEntries(fromPlan("x", read, options).resources.map((each) => [each.address, each.values]));

  test("has two sides, without deposed objects, and arguments as the configuration sets them", () => {
    const same = { "aws_a.same": { size: 5 } };
    expect(sizes({ side: "before" })).toEqual({
      ...same,
      "aws_a.updated": { size: 1, arn: "a" },
      "aws_a.deleted": { size: 4 },
    });
    expect(sizes({})).toEqual({ ...same, "aws_a.updated": { size: 2 }, "aws_a.created": { size: 3 } });
    expect(sizes({ computed: true })["aws_a.updated"]).toEqual({ size: 2, arn: "a" });
  });

  test("has the environment and the region of its default AWS provider", () => {
    const stack = fromPlan("x", read);
    expect([stack.environment, stack.region, stack.isProduction]).toEqual(["production", "us-east-1", true]);
  });

  test("changes managed resources only, reads and no-ops aside", () => {
    expect(changesOf(read).map(({ address, change: { actions } }) => `${actions.join()} ${address}`)).toEqual([
      "update aws_a.updated",
      "create aws_a.created",
      "delete aws_a.deleted",
      "delete aws_a.same",
    ]);
  });
});

test("a reference to an argument of another resource has its value", () => {
  const resource = {
    aws_vpc: { v: { cidr: "10.0.0.0/16" } },
    aws_subnet: { s: { cidr: "${aws_vpc.v.cidr}", id: "${aws_vpc.v.id}" } },
  };
  const subnet = fromSynthesis("network", { resource }).only("aws_subnet");
  expect(subnet.text("cidr")).toBe("10.0.0.0/16");
  expect(() => subnet.text("id")).toThrow(new Undecided("id"));
});

test("the only resource of a type is given, and several or none are an error", () => {
  expect(() => fromJson.only("terraform_data")).toThrow(
    "Stack network has 6 resources of type terraform_data instead of one.",
  );
  expect(() => fromJson.only("aws_vpc")).toThrow("Stack network has 0 resources of type aws_vpc instead of one.");
  const one: JsonObject = { resource: { aws_vpc: { v: {} } } };
  expect(fromSynthesis("network", one).only("aws_vpc").path).toBe("aws_vpc.v");
});

test.each<[string, unknown]>([
  [
    '${jsonencode({"a" = [true, null, 1.5, aws_a.b[0].arn, merge(a, b)]})}',
    { a: [true, null, 1.5, "${aws_a.b[0].arn}", "${merge(a, b)}"] },
  ],
  [
    String.raw`${"$"}{jsonencode(["q \"x\"", "${"$"}{lookup({"k" = "v"}, "k")}/*", "$${"$"}{aws:username}"])}`,
    ['q "x"', '${lookup({"k" = "v"}, "k")}/*', "$${aws:username}"],
  ],
  ['{"a": 1}', { a: 1 }],
  ["${data.aws_iam_policy_document.x.json}", undefined],
  ['${jsonencode({"a" = })}', undefined],
  ["no JSON", undefined],
])("the document in %s", (text, document) => {
  expect(decodeDocument(text)).toEqual(document);
});
