import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { gunzipSync } from "node:zlib";

import { readUserData, type ServerFile, type UserData } from "@dev-one/terraform-json/user-data";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { compressedUserData, userData } from "../../src/servers/user-data";
import { IMAGE, stagingInThreeZones, stagingWithProgram } from "../support/environments";
import { synthesize } from "../support/synthesis";

const LIMIT_BYTES = 16_384;
const database = { databaseName: "app", user: "postgres" };

function userDataOf(environment: typeof staging): UserData {
  return readUserData(String(synthesize(environment).platform.only("aws_launch_template").values.user_data));
}

function fileOf({ files }: UserData, path: string): ServerFile {
  const [found, ...others] = files.filter((file) => file.path === path);
  if (found === undefined || others.length > 0)
    throw new Error(`${path} is there ${others.length + 1} times, or never`);
  return found;
}

describe.each([
  ["staging", staging],
  ["production", production],
])("the user data of %s", (name, environment) => {
  const data = userDataOf(environment);

  test("is a cloud-config that fits into what EC2 accepts", () => {
    expect(data.text.startsWith("#cloud-config\n")).toBe(true);
    expect(data.size).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  test("installs the web server and ends by bringing the server into service", () => {
    expect(data.packages).toEqual(["dnf-automatic", "nginx"]);
    expect(data.commands).toEqual([["/usr/local/sbin/dev-one-boot"]]);
    expect(fileOf(data, "/usr/local/sbin/dev-one-boot").executable).toBe(true);
  });

  test("carries the address table, and the zone of each Availability Zone", () => {
    expect(fileOf(data, "/etc/dev-one/addresses").content).toBe(
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
    expect(fileOf(data, "/etc/dev-one/environment").content).toBe(
      [
        `ENVIRONMENT=${name}`,
        `DOMAIN=${environment.domain}`,
        "AWS_REGION=us-east-1",
        `DATABASE_ALIAS=postgres.${environment.domain}`,
        "DATABASE_NAME=app",
        "DATABASE_USER=postgres",
        "DATADOG_SITE=datadoghq.com",
        "",
      ].join("\n"),
    );
  });

  test("writes files with the rights that they need, each once", () => {
    const paths = data.files.map((file) => file.path);
    expect(new Set(paths).size).toBe(paths.length);
    for (const { path, executable, content } of data.files) {
      expect([path, executable]).toEqual([path, content.startsWith("#!")]);
    }
  });

  test("holds only scripts that bash can read", () => {
    const scripts = data.files.filter((file) => file.content.startsWith("#!/usr/bin/env bash"));
    expect(scripts.length).toBeGreaterThanOrEqual(3);
    for (const { content } of scripts) {
      expect(content).toContain("set -euo pipefail");
      execFileSync("bash", ["-n"], { input: content });
    }
  });
});

describe("the expected program", () => {
  const MARKER = "/etc/dev-one/no-program";
  const programPaths = ({ files }: UserData) =>
    files.map(({ path }) => path).filter((path) => path.startsWith("/opt/") || path === MARKER);

  test("is none only where the user data says so", () => {
    const none = userDataOf(stagingWithProgram("none"));
    expect(programPaths(none)).toEqual([MARKER]);
    expect(fileOf(none, MARKER)).toMatchObject({ content: "", executable: false });
  });

  test("comes with the user data only with example", () => {
    const example = userDataOf(stagingWithProgram("example"));
    expect(programPaths(example)).toEqual(
      ["install", "requirements.txt", "run", "service.py"].map((name) => `/opt/dev-one/service/${name}`),
    );
    expect(fileOf(example, "/opt/dev-one/service/run").executable).toBe(true);
    expect(example.size).toBeLessThanOrEqual(LIMIT_BYTES);
  });

  test("is left to the image with image: nothing is written over it, and nothing says that it is not expected", () => {
    expect(programPaths(userDataOf(stagingWithProgram("image")))).toEqual([]);
  });

  test("is decided by the user data alone: a marker that an image brings is removed before files are written", () => {
    const data = userDataOf(stagingWithProgram("image"));
    expect(data.text).toMatch(
      new RegExp(`^bootcmd:\n  - \\[cloud-init-per, instance, \\w+, rm, -f, ${MARKER}\\]$`, "m"),
    );
    expect(fileOf(data, "/etc/nginx/nginx.conf").content.split(`if (-f ${MARKER})`)).toHaveLength(3 + 1);
    expect(fileOf(data, "/etc/systemd/system/dev-one-service.service").content).toContain(
      `ConditionPathExists=!${MARKER}\n`,
    );
  });

  test("is not guessed from a pinned image, which may be Amazon's own", () => {
    expect(programPaths(userDataOf(stagingWithProgram("none", { amiId: IMAGE })))).toEqual([MARKER]);
  });
});

test("user data still fits with a third zone", () => {
  expect(userDataOf(stagingInThreeZones()).size).toBeLessThanOrEqual(LIMIT_BYTES);
});

test("what is compressed is the cloud-config, and always to the same bytes", () => {
  const compressed = compressedUserData(staging, database);
  expect(gunzipSync(Buffer.from(compressed, "base64")).toString()).toBe(userData(staging, database));
  expect(compressedUserData(staging, database)).toBe(compressed);
  // No time and no operating system in the header: RFC 1952, bytes 4 to 9.
  expect(
    Buffer.from(compressed, "base64")
      .subarray(4, 8)
      .every((byte) => byte === 0),
  ).toBe(true);
});

test("user data that would not fit is refused with its size and where to shorten it", () => {
  const domain = randomBytes(LIMIT_BYTES).toString("base64");
  expect(() => compressedUserData({ ...staging, domain }, database)).toThrow(
    /^src\/servers\/bootstrap: user data of staging is \d{5} bytes, compressed, and EC2 accepts 16384; shorten the files there, or bring some with the image\.$/,
  );
});

test.each([
  ["plain text", Buffer.from("#cloud-config\n").toString("base64")],
  ["nothing", ""],
])("user data that is %s is refused in one sentence", (_, encoded) => {
  expect(() => readUserData(encoded)).toThrow(
    /^User data of the launch template cannot be read \(.+\): synthesize it anew\.$/,
  );
});
