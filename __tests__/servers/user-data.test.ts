import { execFileSync } from "node:child_process";

import { parse } from "yaml";

import { production } from "../../src/config/production";
import { staging } from "../../src/config/staging";
import { userData } from "../../src/servers/user-data";
import { stagingInThreeZones } from "../support/environments";
import { synthesize } from "../support/synthesis";

interface CloudConfig {
  readonly packages: readonly string[];
  readonly runcmd: readonly (readonly string[])[];
  readonly write_files: readonly { path: string; permissions: string; content: string }[];
}

const LIMIT_BYTES = 16_384;

function userDataOf(environment: typeof staging): string {
  const template = synthesize(environment).platform.only("aws_launch_template");
  return Buffer.from(String(template.values.user_data), "base64").toString("utf8");
}

function fileOf(environment: typeof staging, path: string) {
  const config = parse(userDataOf(environment)) as CloudConfig;
  const found = config.write_files.filter((file) => file.path === path);
  expect(found).toHaveLength(1);
  return found[0] ?? { path, permissions: "", content: "" };
}

describe.each([
  ["staging", staging],
  ["production", production],
])("the user data of %s", (name, environment) => {
  const text = userDataOf(environment);
  const config = parse(text) as CloudConfig;

  test("is a cloud-config that fits into what EC2 accepts", () => {
    expect(text.startsWith("#cloud-config\n")).toBe(true);
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(LIMIT_BYTES);
    expect(Object.keys(config)).toEqual(expect.arrayContaining(["packages", "runcmd", "write_files"]));
  });

  test("installs the web server and ends by bringing the server into service", () => {
    expect(config.packages).toContain("nginx");
    expect(config.runcmd.at(-1)).toEqual(["/usr/local/sbin/dev-one-boot"]);
    expect(config.write_files.map((file) => file.path)).toContain("/usr/local/sbin/dev-one-boot");
  });

  test("carries the address table, and the zone of each Availability Zone", () => {
    expect(fileOf(environment, "/etc/dev-one/addresses").content).toBe(
      [
        "172.31.1.101 api-1 zone-1",
        "172.31.2.101 api-1 zone-2",
        "172.31.1.102 api-2 zone-1",
        "172.31.2.102 api-2 zone-2",
        "172.31.1.103 api-3 zone-1",
        "172.31.2.103 api-3 zone-2",
        "172.31.1.104 api-4 zone-1",
        "172.31.2.104 api-4 zone-2",
        "use1-az2 zone-1",
        "use1-az4 zone-2",
        "",
      ].join("\n"),
    );
  });

  test("carries the settings of the environment", () => {
    expect(fileOf(environment, "/etc/dev-one/environment").content.split("\n")).toEqual(
      expect.arrayContaining([`ENVIRONMENT=${name}`, `DOMAIN=${environment.domain}`, "AWS_REGION=us-east-1"]),
    );
  });

  test("writes files with the rights that they need, each once", () => {
    const paths = config.write_files.map((file) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { path, permissions, content } of config.write_files) {
      expect([path, permissions]).toEqual([path, content.startsWith("#!") ? "0755" : "0644"]);
    }
  });

  test("holds only scripts that bash can read", () => {
    const scripts = config.write_files.filter((file) => file.content.startsWith("#!/usr/bin/env bash"));
    expect(scripts.length).toBeGreaterThanOrEqual(2);
    for (const { content } of scripts) {
      expect(content).toContain("set -euo pipefail");
      execFileSync("bash", ["-n"], { input: content });
    }
  });
});

test("user data still fits with a third zone", () => {
  expect(Buffer.byteLength(userDataOf(stagingInThreeZones()))).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("user data that would not fit is refused with its size and where to shorten it", () => {
  const domain = `${"long.".repeat(4000)}dev-one.it`;
  const size = Buffer.byteLength(userData(staging)) + 2 * (domain.length - staging.domain.length);
  expect(() => userData({ ...staging, domain })).toThrow(
    `src/servers/bootstrap: user data of staging is ${size} bytes, and EC2 accepts 16384; shorten the files there.`,
  );
});
