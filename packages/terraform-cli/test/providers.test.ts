import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { JsonObject } from "@dev-one/cli/json";
import { scratchDirectory } from "@dev-one/cli/test/files";

import { findProviders, relaxProviders, requiredProviders } from "../src";
import { mirrorDirectories, platformTarget, versionsIn } from "../src/mirrors";

const AWS = "registry.terraform.io/hashicorp/aws";
const DATADOG = "registry.terraform.io/datadog/datadog";
const HERE = platformTarget();
const unreachable = (): Promise<boolean> => Promise.resolve(false);
const stack: JsonObject = {
  terraform: { required_providers: { aws: { source: "aws", version: "6.25.0" } } },
};

function unpacked(mirror: string, address: string, version: string, target = HERE): string {
  mkdirSync(join(mirror, address, version, target), { recursive: true });
  return mirror;
}

function packed(mirror: string, address: string, version: string, target = HERE): string {
  const type = address.split("/").pop() ?? "";
  mkdirSync(join(mirror, address), { recursive: true });
  writeFileSync(join(mirror, address, `terraform-provider-${type}_${version}_${target}.zip`), "");
  return mirror;
}

describe("mirrors", () => {
  test("reads both layouts, for this machine's platform only, newest version first", () => {
    const mirror = scratchDirectory();
    unpacked(mirror, AWS, "5.9.0");
    unpacked(mirror, AWS, "7.0.0", "plan9_mips");
    packed(mirror, AWS, "5.100.0");
    packed(mirror, AWS, "8.0.0", "plan9_mips");
    expect(versionsIn([mirror], AWS).map(({ version, isPacked }) => [version, isPacked])).toEqual([
      ["5.100.0", true],
      ["5.9.0", false],
    ]);
  });

  test("come from DEV_ONE_PROVIDER_MIRROR, Terraform's CLI configuration, its implied directories and the system directories, in this order", () => {
    const [ours, configured, home, shelf] = [1, 2, 3, 4].map(() => scratchDirectory()) as [
      string,
      string,
      string,
      string,
    ];
    unpacked(ours, AWS, "1.0.0");
    unpacked(configured, AWS, "1.0.0");
    unpacked(join(home, ".terraform.d", "plugins"), AWS, "1.0.0");
    unpacked(join(home, "data", "terraform", "plugins"), AWS, "1.0.0");
    unpacked(join(shelf, "plugins"), AWS, "1.0.0");
    mkdirSync(join(shelf, "no-mirror"));
    const configuration = join(home, "rc");
    writeFileSync(configuration, `provider_installation {\n filesystem_mirror {\n path = "${configured}"\n }\n}\n`);
    const env = {
      DEV_ONE_PROVIDER_MIRROR: `${ours}:/does/not/exist`,
      TF_CLI_CONFIG_FILE: configuration,
      HOME: home,
      XDG_DATA_HOME: join(home, "data"),
    };
    const found = mirrorDirectories(env, [shelf]);
    expect(found.slice(0, 3)).toEqual([ours, configured, join(home, ".terraform.d", "plugins")]);
    expect(found[3]).toBe(
      process.platform === "darwin" ? join(shelf, "plugins") : join(home, "data", "terraform", "plugins"),
    );
    expect(found.at(-1)).toBe(join(shelf, "plugins"));
  });

  test("ignores a CLI configuration file that does not exist", () => {
    expect(mirrorDirectories({ TF_CLI_CONFIG_FILE: "/does/not/exist", HOME: scratchDirectory() }, [])).toBeDefined();
  });
});

describe("finding providers", () => {
  test("writes no CLI configuration when the registry is used", async () => {
    const source = await findProviders(requiredProviders(stack), {
      scratch: scratchDirectory(),
      env: {},
      mirrors: [unpacked(scratchDirectory(), AWS, "6.25.0")],
      isRegistryReachable: () => Promise.resolve(true),
    });
    expect(source.found).toEqual([]);
    expect(source.env).not.toHaveProperty("TF_CLI_CONFIG_FILE");
  });

  test("lists for each mirror only the providers that it contains", async () => {
    const one = unpacked(scratchDirectory(), AWS, "6.25.0");
    const other = unpacked(scratchDirectory(), DATADOG, "3.82.0");
    const requirements = [...requiredProviders(stack), { name: "datadog", address: DATADOG, version: "3.82.0" }];
    const scratch = scratchDirectory();
    const { env, found, description } = await findProviders(requirements, {
      scratch,
      env: {},
      mirrors: [one, other],
      isRegistryReachable: unreachable,
    });
    expect(found.map(({ version, mirror }) => [version, mirror])).toEqual([
      ["6.25.0", one],
      ["3.82.0", other],
    ]);
    expect(description).toContain(`hashicorp/aws 6.25.0 (${one}), datadog/datadog 3.82.0 (${other})`);
    expect(readFileSync(env.TF_CLI_CONFIG_FILE ?? "", "utf8")).toBe(
      `provider_installation {
  filesystem_mirror {
    path    = "${one}"
    include = ["${AWS}"]
  }
  filesystem_mirror {
    path    = "${other}"
    include = ["${DATADOG}"]
  }
  direct {
    exclude = ["${AWS}", "${DATADOG}"]
  }
}
`,
    );
  });

  test("prefers a version that is required, otherwise the newest one", async () => {
    const mirror = unpacked(unpacked(scratchDirectory(), AWS, "6.30.0"), AWS, "6.25.0");
    const options = { scratch: scratchDirectory(), env: {}, mirrors: [mirror], isRegistryReachable: unreachable };
    const wanted = await findProviders(requiredProviders(stack), options);
    expect(wanted.found[0]?.version).toBe("6.25.0");
    const missing = await findProviders([{ name: "aws", address: AWS, version: "6.26.0" }], options);
    expect(missing.found[0]?.version).toBe("6.30.0");
  });

  test("reports a provider that was not found, and the directory for it", async () => {
    await expect(
      findProviders(requiredProviders(stack), {
        scratch: scratchDirectory(),
        env: { HOME: scratchDirectory() },
        mirrors: [],
        isRegistryReachable: unreachable,
      }),
    ).rejects.toThrow(
      "Terraform provider hashicorp/aws 6.25.0 was found neither in the registry nor in a mirror: registry.terraform.io cannot be reached, and no " +
        `mirror on this machine holds it; name a directory that holds ${AWS}/VERSION/${HERE} in DEV_ONE_PROVIDER_MIRROR.`,
    );
  });
});

describe("relaxing the version of a provider", () => {
  const found = [{ address: AWS, version: "5.100.0", mirror: "/mirror", isPacked: false }];

  test("changes a copy, and reports the relaxation", () => {
    const before = structuredClone(stack);
    const { stack: copy, relaxations } = relaxProviders(stack, found);
    expect(stack).toEqual(before);
    expect(copy).toEqual({ terraform: { required_providers: { aws: { source: "aws", version: "5.100.0" } } } });
    expect(relaxations).toEqual([
      "Provider hashicorp/aws 6.25.0 is not to be had here: this run uses 5.100.0 (in its scratch copy only).",
    ]);
  });

  test.each([
    ["the registry, which has every version", []],
    ["the required version", [{ address: AWS, version: "6.25.0", mirror: "/mirror", isPacked: false }]],
  ])("changes nothing with %s", (_source, providers) => {
    expect(relaxProviders(stack, providers)).toEqual({ stack, relaxations: [] });
  });
});
