import { join, resolve } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";

import { parseArguments } from "../src/arguments";
import { entryOf } from "../src/entry";
import { parseListeners } from "../src/listening";
import { requirePrograms } from "../src/server/programs";

// A release of the environments changes without these tests.
jest.mock("../../../src/environments/releases/staging.json", () => ({
  api: { version: "1.0.0", folder: "src/servers/example-service" },
}));
jest.mock("../../../src/environments/releases/production.json", () => ({}));

const ROOT = resolve(__dirname, "../../..");

/** The entry that arguments lead to. */
function entry(...argv: readonly string[]) {
  const parsed = parseArguments(argv);
  if (parsed === undefined) throw new Error("no arguments");
  return entryOf(parsed, ROOT, "/work");
}

describe("arguments", () => {
  test("default to a service with the default settings", () => {
    expect(entry("shop")).toMatchObject({
      folder: "/work/shop",
      healthPath: "/healthz",
      maxBodyMib: 1,
      settings: {},
      release: undefined,
      isOfRepository: false,
    });
  });

  test("override the entry of a service, whose release says where its folder is", () => {
    const found = entry(
      "--service",
      "api",
      "--port",
      "8080",
      "--max-body-mib",
      "20",
      "--setting",
      "A=b",
      "--setting",
      "C=d=e",
    );
    expect(found).toMatchObject({
      folder: join(ROOT, "src/servers/example-service"),
      name: "api",
      owner: "dev-one",
      port: 8080,
      maxBodyMib: 20,
      settings: { A: "b", C: "d=e" },
      isOfRepository: true,
    });
    expect(found.release?.version).toBe("1.0.0");
  });

  test.each([
    [[], "Name the folder of the service: npm run service -- FOLDER."],
    [["a", "b"], "too many arguments"],
    [["a", "--fast"], "unknown option '--fast'"],
    [["a", "--port", "x"], "Write a whole number."],
    [["a", "--setting", "A"], "Write NAME=value."],
    [["a", "--env", "test"], "--env test is no environment: write one of staging, production."],
    [["a", "--service", "web"], "--service web is no service of staging: write one of api, client-address."],
    [
      ["--service", "api", "--env", "production"],
      "is no folder of this repository: name the folder, npm run service -- FOLDER --service api.",
    ],
    [["a", "--secret", "payment-key"], "Write NAME=value."],
    [
      ["--service", "api", "--secret", "payment-key=x"],
      "--secret.payment-key: api of staging has no such secret; add it to its secrets.",
    ],
    [["a", "--slow-path", "wait"], "Write a path, such as /reports?wait=5."],
  ])("%j are refused in one sentence", (argv, message) => {
    expect(() => entry(...argv)).toThrow(message);
    expect(() => entry(...argv)).toThrow(/^[^\n]*\.[^\n]*$/);
  });

  test("are refused with every problem at once, as the configuration of an environment refuses them", () => {
    const refused = () =>
      entry(
        "a",
        "--port",
        "80",
        "--health-path",
        "health",
        "--max-body-mib",
        "5000",
        "--setting",
        "PORT=1",
        "--setting",
        "A=b",
        "--secret",
        "Key=x",
      );
    expect(refused).toThrow(/^--port: 80 is not a port from 1024 to 10239 .*; write one such as 8080\.$/m);
    expect(refused).toThrow(/^--health-path: "health" .*/m);
    expect(refused).toThrow(/^--max-body-mib: 5000 .*/m);
    expect(refused).toThrow(/^--setting: the platform sets PORT itself/m);
    expect(refused).toThrow(/^--secret.*"Key"/m);
  });
});

test("every missing program is named with how to install it", () => {
  const path = scratchDirectory();
  writeScript(join(path, "tar"), "");
  expect(() => {
    requirePrograms({ nginx: "nginx-light", tar: "tar", ss: "iproute2" }, path);
  }).toThrow(
    "nginx is missing: install it (Debian: apt-get install nginx-light).\nss is missing: install it (Debian: apt-get install iproute2).",
  );
});

test("of the sockets that listen, those of the program are told", () => {
  const text = [
    'u_str LISTEN 0      4096   /tmp/a b/http.sock 93371            * 0    users:(("node",pid=11,fd=18))',
    'tcp   LISTEN 0      511          0.0.0.0:8080      0.0.0.0:*    users:(("node",pid=11,fd=19),("node",pid=12,fd=19))',
    'tcp   LISTEN 0      128             [::]:22           [::]:*    users:(("sshd",pid=13,fd=4))',
    "tcp   LISTEN 0      128        127.0.0.1:5432      0.0.0.0:*",
  ].join("\n");
  expect(parseListeners(text, new Set([11, 12]))).toEqual([
    { address: "/tmp/a b/http.sock", backlog: 4096 },
    { address: "0.0.0.0:8080", backlog: 511 },
  ]);
});
