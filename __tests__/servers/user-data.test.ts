import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { readUserData, type ServerFile, type UserData } from "@dev-one/terraform-json/user-data";

import type { Environment } from "../../src/config";
import { compressedUserData, userData } from "../../src/servers/user-data";
import { both, sandbox } from "../fixtures/environment";
import { threeZones } from "../fixtures/variants";
import { synthesize } from "../support/synthesis";

/** What EC2 accepts. */
const LIMIT_BYTES = 16_384;
/** Kept free for files and settings to come. */
const FREE_BYTES = 4096;

/** What the user data of an environment's servers is made of. */
const propsOf = (environment: Environment) => ({
  environment,
  isNamed: true,
  objects: {
    bucket: "some-bucket",
    platform: { key: "platform.tar.gz", sha256: "1".repeat(64) },
    table: { key: "tables/servers.json", sha256: "0".repeat(64) },
  },
});

function userDataOf(environment: Environment): UserData {
  return readUserData(String(synthesize(environment).platform.only("aws_launch_template").values.user_data));
}

function fileOf({ files }: UserData, path: string): ServerFile {
  const [found, ...others] = files.filter((file) => file.path === path);
  if (found === undefined || others.length > 0)
    throw new Error(`${path} is there ${others.length + 1} times, or never`);
  return found;
}

describe.each(both)("the user data of %s", (name, environment) => {
  const data = userDataOf(environment);

  test("is a cloud-config that leaves 4 KiB of the size limit of EC2", () => {
    expect(data.text.startsWith("#cloud-config\n")).toBe(true);
    expect(data.size).toBeLessThanOrEqual(LIMIT_BYTES - FREE_BYTES);
  });

  test("installs nginx and runs the boot script", () => {
    expect(data.packages).toEqual(["dnf-automatic", "nginx"]);
    expect(data.commands).toEqual([["/usr/local/sbin/dev-one-boot"]]);
    expect(fileOf(data, "/usr/local/sbin/dev-one-boot").executable).toBe(true);
  });

  test("contains the address table with the service of each server, and the zone of each Availability Zone", () => {
    expect(fileOf(data, "/etc/dev-one/addresses").content).toBe(
      [
        "10.20.5.40 web-1 zone-5 web",
        "10.20.6.40 web-1 zone-6 web",
        "10.20.5.41 web-2 zone-5 web",
        "10.20.6.41 web-2 zone-6 web",
        "10.20.5.43 web-3 zone-5 web",
        "10.20.6.43 web-3 zone-6 web",
        ...(name === "fixture" ? ["use2-az1 zone-5", "use2-az3 zone-6"] : ["use1-az4 zone-5", "use1-az6 zone-6"]),
        "",
      ].join("\n"),
    );
  });

  test("contains the settings of the environment", () => {
    expect(fileOf(data, "/etc/dev-one/environment").content.split("\n")).toEqual([
      `ENVIRONMENT=${name}`,
      `DOMAIN=${environment.domain}`,
      `AWS_REGION=${environment.region}`,
      "DATADOG_SITE=us5.datadoghq.com",
      `SERVICES_BUCKET=dev-one-${name}-services-${environment.accountId}`,
      "SERVICES_PLATFORM=platform.tar.gz",
      expect.stringMatching(/^SERVICES_PLATFORM_SHA256=[0-9a-f]{64}$/),
      "SERVICES_TABLE=tables/servers.json",
      expect.stringMatching(/^SERVICES_TABLE_SHA256=[0-9a-f]{64}$/),
      "",
    ]);
  });

  test("writes each file once, scripts alone as executable", () => {
    const paths = data.files.map((file) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { path, executable, content } of data.files) {
      expect([path, executable]).toEqual([path, content.startsWith("#!")]);
      // Whether Bash can parse them: __tests__/programs/boot-files.test.ts.
      if (content.startsWith("#!/usr/bin/env bash"))
        expect([path, content]).toEqual([path, expect.stringContaining("set -euo pipefail")]);
    }
  });
});

test("user data leaves 4 KiB of the size limit with a third zone", () => {
  expect(userDataOf(threeZones).size).toBeLessThanOrEqual(LIMIT_BYTES - FREE_BYTES);
});

test("user data is the compressed cloud-config, the same bytes each time", () => {
  const compressed = compressedUserData(propsOf(sandbox));
  expect(gunzipSync(Buffer.from(compressed, "base64")).toString()).toBe(userData(propsOf(sandbox)));
  expect(compressedUserData(propsOf(sandbox))).toBe(compressed);
  // No time and no operating system in the header: RFC 1952, bytes 4 to 9.
  expect(
    Buffer.from(compressed, "base64")
      .subarray(4, 8)
      .every((byte) => byte === 0),
  ).toBe(true);
});

test("user data above the size limit is an error with its size and the files to shorten", () => {
  const domain = randomBytes(LIMIT_BYTES).toString("base64");
  expect(() => compressedUserData(propsOf({ ...sandbox, domain }))).toThrow(
    /^src\/servers\/bootstrap: user data of sandbox is \d{5} bytes, compressed, and EC2 accepts 16384; shorten the files there, or bring some with the image\.$/,
  );
});

test.each([
  ["plain text", Buffer.from("#cloud-config\n").toString("base64")],
  ["nothing", ""],
])("user data that is %s is an error in one sentence", (_, encoded) => {
  expect(() => readUserData(encoded)).toThrow(
    /^User data of the launch template cannot be read \(.+\): run `npm run synth` again\.$/,
  );
});
