import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { staging } from "../../../src/environments";
import { parseArguments } from "../src/arguments";
import { staleFiles, writePictures } from "../src/files";
import { diagrams, picturesOf } from "../src/pictures";
import { TerraformJson } from "../src/source/terraform-json";
import { jsonOf, type Resources, stackOf } from "./support";

const scratch = mkdtempSync(join(tmpdir(), "dev-one-pictures-"));
afterAll(() => {
  rmSync(scratch, { recursive: true });
});

const first = (resources: Resources, type: string) => Object.values(resources[type] ?? {})[0] ?? {};
const rule = (resources: Resources, path: string) => {
  const rules = [
    ...Object.entries(resources.aws_vpc_security_group_ingress_rule ?? {}),
    ...Object.entries(resources.aws_vpc_security_group_egress_rule ?? {}),
  ];
  return rules.find(([id]) => id.includes(path))?.[1] ?? {};
};

describe("refuses JSON that the picture cannot show, with one sentence:", () => {
  const cases: readonly (readonly [string, (resources: Resources) => void, RegExp])[] = [
    [
      "an unsupported resource type",
      (resources) => {
        resources.aws_sqs_queue = { jobs: { "//": { metadata: { path: "staging/jobs/queue" } } } };
      },
      /neither draws nor leaves out aws_sqs_queue \(jobs\/queue\)/,
    ],
    [
      "a rule to an address that is not in the picture",
      (resources) => Object.assign(rule(resources, "servers-to-anywhere"), { cidr_ipv4: "10.0.0.0/8" }),
      /no arrow for network\/security-groups\/servers-to-anywhere-tcp-443/,
    ],
    [
      "traffic without an arrow in the picture",
      (resources) =>
        Object.assign(rule(resources, "database-from-proxy"), {
          cidr_ipv4: "0.0.0.0/0",
          referenced_security_group_id: undefined,
        }),
      /lets out TCP 5432 to the database, which no rule lets in there|no arrow for that/,
    ],
    [
      "a rule that only one end has",
      (resources) => Object.assign(rule(resources, "edge-to-servers"), { from_port: 81, to_port: 81 }),
      /lets in HTTP 80 from the load balancer, which no rule lets out of there/,
    ],
    [
      "a group of another size than the address table",
      (resources) => {
        for (const group of Object.values(resources.aws_autoscaling_group ?? {})) {
          if (group.max_size === 4) Object.assign(group, { max_size: 5, min_size: 5 });
        }
      },
      /names 4 servers, and its group has 5/,
    ],
    [
      "a subnet of an unknown tier",
      (resources) => Object.assign(first(resources, "aws_subnet"), { tags: { tier: "guests" } }),
      /no row for the subnet .*"guests", not public, servers, elastic, data/,
    ],
    [
      "an argument that is missing",
      (resources) => delete first(resources, "aws_vpc").cidr_block,
      /^aws_vpc\.\S+ has no cidr_block/,
    ],
    [
      "two load balancers",
      (resources) => Object.assign(resources.aws_lb ?? {}, { other: first(resources, "aws_lb") }),
      /has 2 resources of type aws_lb/,
    ],
    [
      "a name in letters that the font lacks",
      (resources) => Object.assign(first(resources, "aws_db_instance"), { instance_class: "db.大" }),
      /no character for "大"/,
    ],
  ];
  test.each(cases)("%s", (_name, change, message) => {
    const draw = () => {
      const { name, json } = stackOf(staging, change);
      return picturesOf([{ name, json, resources: 0 }]);
    };
    expect(draw).toThrow(UserError);
    expect(draw).toThrow(message);
  });
});

test("refuses JSON of another tool", () => {
  expect(() => new TerraformJson("staging", { resource: {} })).toThrow("is not what CDKTF writes");
  expect(() => picturesOf([{ name: "staging", json: { resource: { aws_vpc: {} } }, resources: 0 }])).toThrow(
    "is not what CDKTF writes",
  );
  expect(() => picturesOf([])).toThrow("nothing to draw");
});

test("refuses to draw an unreadable picture", () => {
  const json = jsonOf({ ...staging, region: "us-east-1" });
  const text = JSON.stringify(json).replaceAll("staging.dev-one.it", `${"a".repeat(60)}.${"b".repeat(60)}.it`);
  expect(() => picturesOf([{ name: "staging", json: JSON.parse(text) as typeof json, resources: 0 }])).toThrow(
    /^The picture architecture-staging would not be clear: /,
  );
});

describe("given pictures in a directory", () => {
  const pictures = [
    { name: "architecture-staging", svg: '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="4"/>' },
  ];
  beforeEach(() => {
    writePictures(pictures, scratch, diagrams);
  });

  test("they are up to date, even if another machine rasterized the PNG", () => {
    expect(readdirSync(scratch).sort()).toEqual(["architecture-staging.png", "architecture-staging.svg"]);
    const file = join(scratch, "architecture-staging.png");
    const png = readFileSync(file);
    writeFileSync(file, Buffer.concat([png, Buffer.from("of another machine")]));
    expect(staleFiles(pictures, scratch, diagrams)).toEqual([]);
  });

  test("a change makes both files stale", () => {
    const changed = [{ name: "architecture-staging", svg: `${pictures[0]?.svg ?? ""} ` }];
    expect(staleFiles(changed, scratch, diagrams)).toEqual([
      "architecture-staging.svg does not show what the configuration says",
      "architecture-staging.png does not show what the configuration says",
    ]);
  });

  test("reports a missing file and a file of a removed environment", () => {
    const other = [{ name: "architecture-production", svg: pictures[0]?.svg ?? "" }];
    expect(staleFiles(other, scratch, diagrams)).toEqual([
      "architecture-production.svg is missing",
      "architecture-production.png is missing",
      "architecture-staging.png shows an environment that is not there",
      "architecture-staging.svg shows an environment that is not there",
    ]);
  });

  test("an SVG that cannot be rasterized leaves the files unchanged", () => {
    const before = readFileSync(join(scratch, "architecture-staging.svg"), "utf8");
    expect(() => {
      writePictures([{ name: "architecture-staging", svg: "<svg" }], scratch, diagrams);
    }).toThrow();
    expect(readFileSync(join(scratch, "architecture-staging.svg"), "utf8")).toBe(before);
  });
});

test("refuses an unknown option of npm run diagram in one sentence", () => {
  expect(() => parseArguments(["--chekc"])).toThrow(/unknown option '--chekc'.*See `npm run diagram -- --help`/s);
});

// Runs in a child process, because an endless loop could not be stopped in this process.
test("reports a directory that cannot be created in one sentence, without retries", () => {
  const { status, stderr } = spawnSync(
    process.execPath,
    ["scripts/run.mjs", "packages/diagram/src/main.ts", "--out", "/proc/x/y"],
    { cwd: resolve(__dirname, "../../.."), encoding: "utf8", timeout: 100_000, killSignal: "SIGKILL" },
  );
  expect(stderr).toMatch(/^The pictures cannot be written into \/proc\/x\/y: .*\n$/);
  expect(status).toBe(1);
}, 120_000);
