import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { gunzipSync } from "node:zlib";

import { readUserData } from "@dev-one/terraform-json/user-data";
import { TerraformStack, Testing } from "cdktf";

import {
  ConfigurationError,
  defineEnvironment,
  type Environment,
  type EnvironmentProps,
  servicesOf,
} from "../../src/config";
import { ServiceFiles } from "../../src/servers/service-files";
import { sandbox } from "../fixtures/environment";
import { IMAGE } from "../fixtures/variants";
import { Stack } from "../support/stack";
import { synthesize } from "../support/synthesis";

const ROOT = join(__dirname, "../..");
const FOLDER = "src/servers/example-service";
const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

/** The table and the bundles of services of the sandbox. */
function filesOf(ofEnvironment: EnvironmentProps["services"], releases: EnvironmentProps["releases"]) {
  const stack = new TerraformStack(Testing.app(), "test");
  const files = new ServiceFiles(stack, "files", {
    environment: "test",
    bucketName: "some-files",
    preventDestroy: true,
  });
  const environment = defineEnvironment({ ...sandbox, services: ofEnvironment, releases });
  const [table] = files.createTable(stack, "servers", servicesOf(environment));
  const synthesized = new Stack("test", JSON.stringify(stack.toTerraform()));
  const content = String(synthesized.at("table").values.content);
  const services = (JSON.parse(content) as { services: Record<string, unknown> }).services;
  const rowOf = (name: string) => JSON.parse(String(synthesized.at(`row-${name}`).values.content)) as unknown;
  return { table, content, synthesized, services, rowOf };
}

const owner = "acme";
const onName = (name: string) => ({ owner, hosts: [name], runsOn: { kind: "named-servers" as const, names: [name] } });

describe("the table of services", () => {
  const bundle = "0123456789abcdef".repeat(4);
  const settings = { GREETING: '${HOME} is 100 %{ of "it"' };
  const jobs = { cleanup: { at: "03:30" } };
  const { table, content, services, rowOf, synthesized } = filesOf(
    {
      folder: { ...onName("web-1"), port: 8080, healthPath: "/up", maxBodyMib: 20, settings },
      bundle: { ...onName("web-2"), database: {}, jobs },
      none: onName("web-3"),
    },
    { folder: { version: "1.4.2", folder: FOLDER }, bundle: { version: "2.0.0", bundle } },
  );

  test("points to the row of a service that shares its launch template, which has what a server needs", () => {
    const archive = Buffer.from(String(synthesized.at("bundle-folder").values.content_base64), "base64");
    const common = { team: owner, healthPath: "/healthz", maxBodyMib: 1, settings: {} };
    for (const name of ["folder", "bundle", "none"]) {
      expect(services[name]).toEqual({ pointer: `services/${name}.json` });
      expect(synthesized.at(`row-${name}`).values.key).toBe(`services/${name}.json`);
    }
    expect(rowOf("bundle")).toEqual({
      ...common,
      version: "2.0.0",
      bundle: { key: `bundles/bundle/${bundle}.tar.gz`, sha256: bundle },
      database: { name: "bundle", user: "bundle" },
      jobs: { cleanup: { at: "03:30", minutes: 60 } },
    });
    expect(rowOf("folder")).toEqual({
      team: owner,
      version: "1.4.2",
      bundle: { key: "bundles/folder.tar.gz", sha256: sha256(archive) },
      port: 8080,
      healthPath: "/up",
      maxBodyMib: 20,
      settings,
    });
    expect(rowOf("none")).toEqual(common);
  });

  test("has the image of a release, which contains the program", () => {
    expect(filesOf({ web: { owner, wildcard: true } }, { web: { version: "2.0.0", image: IMAGE } }).services).toEqual({
      web: { team: owner, version: "2.0.0", image: IMAGE, healthPath: "/healthz", maxBodyMib: 1, settings: {} },
    });
  });

  test("is the same text for Terraform, which evaluates templates, and for a server", () => {
    const rows = ["folder", "bundle", "none"].map((name) => String(synthesized.at(`row-${name}`).values.content));
    for (const text of [content, ...rows]) expect(text).not.toMatch(/[$%]\{/);
    expect(table).toMatchObject({
      bucket: "some-files",
      table: { key: "tables/servers.json", sha256: sha256(content) },
    });
  });

  test("and the bundles have fixed keys, and are written once the bucket has versions", () => {
    const objects = synthesized.resources("aws_s3_object");
    expect(objects.map(({ values }) => values.key)).toEqual([
      "bundles/folder.tar.gz",
      "platform.tar.gz",
      "services/bundle.json",
      "services/folder.json",
      "services/none.json",
      "tables/servers.json",
    ]);
    for (const object of objects) {
      expect(synthesized.dependencies(object)).toContain(synthesized.at("files/bucket/versioning"));
    }
    const [rule] = synthesized.at("files/bucket/lifecycle").values.rule as Record<string, unknown>[];
    expect(rule).not.toHaveProperty("expiration");
    expect(rule).toMatchObject({ noncurrent_version_expiration: [{ noncurrent_days: 3650 }] });
  });
});

test("the platform's files are one archive, scripts alone as executable", () => {
  const { table, synthesized } = filesOf({ web: { owner, wildcard: true } }, {});
  const archive = Buffer.from(String(synthesized.at("files/platform").values.content_base64), "base64");
  expect(table.platform).toEqual({ key: "platform.tar.gz", sha256: sha256(archive) });
  const listed = execFileSync("tar", ["-tvz"], { input: archive, encoding: "utf8" }).trimEnd().split("\n");
  const modes = new Map(listed.map((line) => [line.split(/\s+/).at(-1), line.slice(0, 10)]));
  expect(modes.get("usr/local/sbin/dev-one-agent")).toBe("-rwxr-xr-x");
  expect(modes.get("etc/systemd/system/dev-one-agent.service")).toBe("-rw-r--r--");
});

describe("the bundle of a folder", () => {
  const archive = () =>
    Buffer.from(
      String(
        filesOf({ web: { owner, wildcard: true } }, { web: { version: "1.0.0", folder: FOLDER } }).synthesized.at(
          "bundle-web",
        ).values.content_base64,
      ),
      "base64",
    );

  test("has the same bytes each time, without times and owners", () => {
    expect(archive()).toEqual(archive());
    const header = gunzipSync(archive()).subarray(0, 512).toString("latin1");
    const octal = (start: number, end: number) => parseInt(header.slice(start, end), 8);
    expect([octal(108, 115), octal(116, 123), octal(136, 147)]).toEqual([0, 0, 0]);
    expect(
      archive()
        .subarray(4, 8)
        .every((byte) => byte === 0),
    ).toBe(true);
  });

  test("is what tar unpacks: every file, scripts alone as executable", () => {
    const directory = mkdtempSync(join(tmpdir(), "dev-one-bundle-"));
    execFileSync("tar", ["-xz", "-C", directory], { input: archive() });
    for (const [name, mode] of [
      ["install", 0o755],
      ["requirements.txt", 0o644],
      ["run", 0o755],
      ["service.py", 0o644],
    ] as const) {
      expect(readFileSync(join(directory, name))).toEqual(readFileSync(join(ROOT, FOLDER, name)));
      expect(statSync(join(directory, name)).mode & 0o777).toBe(mode);
    }
    rmSync(directory, { recursive: true });
  });

  test.each([
    ["a path that tar cannot hold", `${"long/".repeat(20)}run`, "", / has a path of more than 100 bytes: long/],
    ["no program", "start", "#!/bin/sh\n", / has no executable run; add a file that starts with #!/],
    ["a migration that cannot be executed", "migrate", "exit 0\n", / has no executable migrate; add a file/],
    ["packages that git ignores", "node_modules/a/index.js", "", / has node_modules, which git ignores, so that CI /],
    ["more than 1 MiB", "run", randomText(), / is \d{7} bytes, compressed, and Terraform's state may hold 1048576; /],
  ])("is refused with %s", (_, path, content, message) => {
    const directory = mkdtempSync(join(ROOT, ".build", "bundle-"));
    const file = join(directory, path);
    mkdirSync(join(file, ".."), { recursive: true });
    writeFileSync(file, content);
    const folder = relative(ROOT, directory);
    const files = new ServiceFiles(new TerraformStack(Testing.app(), "test"), "files", {
      environment: "test",
      bucketName: "some-files",
      preventDestroy: true,
    });
    const [service] = servicesOf(sandbox);
    if (service === undefined) throw new Error("The sandbox has no service");
    const create = () => files.createTable(files, "servers", [{ ...service, release: { version: "1.0.0", folder } }]);
    expect(create).toThrow(ConfigurationError);
    expect(create).toThrow(message);
    rmSync(directory, { recursive: true });
  });
});

describe("an object that a service no longer has", () => {
  const folder = { version: "1.0.0", folder: FOLDER };
  const image = { version: "2.0.0", image: IMAGE };
  const bundle = { version: "2.0.0", bundle: "0123456789abcdef".repeat(4) };
  const released = (web: Environment["releases"][string]) => defineEnvironment({ ...sandbox, releases: { web } });
  const group = { kind: "own-group", minimum: 2, maximum: 6, instanceType: "m7i.large" } as const;
  const named = (...names: string[]) => ({ kind: "named-servers", names }) as const;
  const placed = (web: string[], shop: typeof group | ReturnType<typeof named>) =>
    defineEnvironment({
      ...sandbox,
      services: {
        web: { owner, hosts: ["www"], runsOn: named(...web) },
        shop: { owner, hosts: ["shop"], runsOn: shop },
      },
      releases: { shop: folder },
    });
  const onNames = placed(["web-1", "web-3"], named("web-2"));
  const onGroup = placed(["web-1", "web-2", "web-3"], group);

  test.each([
    ["the release is a bundle instead of a folder", sandbox, released(bundle), ["bundles/web.tar.gz"]],
    ["the release is an image instead of a folder", sandbox, released(image), ["bundles/web.tar.gz"]],
    [
      "a group of its own gets a bundle",
      onGroup,
      defineEnvironment({ ...onGroup, releases: { shop: bundle } }),
      ["bundles/shop.tar.gz"],
    ],
    [
      "a service leaves some names, and another one gets all",
      onNames,
      onGroup,
      ["bundles/shop.tar.gz", "services/shop.json", "services/web.json"],
    ],
    ["the service leaves its group", onGroup, onNames, ["bundles/shop.tar.gz"]],
  ])("stays in S3 when %s", (_, former, next, kept) => {
    const objects = (environment: Environment) =>
      synthesize(environment)
        .platform.resources("aws_s3_object")
        .map(({ address, values }) => [address, values.key]);
    const { removed = [] } = synthesize(next).platform.document;
    for (const { lifecycle } of removed) expect(lifecycle).toEqual({ destroy: false });
    const forgotten = (environment: Environment) =>
      objects(environment).flatMap(([address, key]) => (removed.some(({ from }) => from === address) ? [key] : []));
    expect(forgotten(former)).toEqual(kept);
    // Terraform refuses a `removed` block for a resource of the configuration.
    expect(forgotten(next)).toEqual([]);
  });
});

test("the launch template names the table by its hash, and waits for the objects and for the permission to read them", () => {
  const { platform } = synthesize(sandbox);
  const template = platform.only("aws_launch_template");
  const { files } = readUserData(String(template.values.user_data));
  const environment = files.find(({ path }) => path === "/etc/dev-one/environment")?.content;
  const content = String(platform.at("servers/table").values.content);
  expect(environment).toContain(`\nSERVICES_TABLE_SHA256=${sha256(content)}\n`);
  const archive = Buffer.from(String(platform.at("servers/files/platform").values.content_base64), "base64");
  expect(environment).toContain(`\nSERVICES_PLATFORM_SHA256=${sha256(archive)}\n`);
  expect(platform.dependencies(template).map(({ path }) => path)).toEqual(
    expect.arrayContaining([
      "servers/table",
      "servers/bundle-web",
      "servers/files/platform",
      "servers/role/service-files",
    ]),
  );
});

test("a folder without the jobs of its service is refused, with each of them", () => {
  const jobs = { cleanup: { at: "03:30" }, report: { at: "04:30" } };
  const create = () => filesOf({ web: { owner, wildcard: true, jobs } }, { web: { version: "1.0.0", folder: FOLDER } });
  expect(create).toThrow(ConfigurationError);
  for (const job of ["cleanup", "report"])
    expect(create).toThrow(
      `Environment "test", releases.web.folder: ${FOLDER} has no executable jobs/${job}; add a file`,
    );
});

test("a folder that does not exist is refused", () => {
  const create = () =>
    filesOf({ web: { owner, wildcard: true } }, { web: { version: "1.0.0", folder: "src/nowhere" } });
  expect(create).toThrow(
    new ConfigurationError([
      {
        path: 'Environment "test", releases.web.folder',
        problem: "src/nowhere is no folder of this repository",
        remedy: "write the path of one",
      },
    ]),
  );
});

/** Text that does not compress to less than 1 MiB. */
function randomText(): string {
  let text = "";
  for (let block = 0; text.length < 2_200_000; block += 1) text += sha256(String(block));
  return text;
}
