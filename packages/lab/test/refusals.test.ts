import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";

import { parseArguments } from "../src/arguments";
import { compareSettings, dialPorts, hardOpenFiles } from "../src/machine/facts";
import { findPrograms } from "../src/machine/programs";
import { checkRequirements, type Facts } from "../src/machine/requirements";
import { choosePorts } from "../src/ports";
import { refuseFailure } from "../src/proof";
import { refuseForeignDirectory } from "../src/report/write";
import { aRun } from "./evidence";

const programs = {
  nginx: "/usr/sbin/nginx",
  h2load: "/usr/bin/h2load",
  ss: "/usr/bin/ss",
  setpriv: "/usr/bin/setpriv",
  prlimit: "/usr/bin/prlimit",
  postgres: "/usr/lib/postgresql/15/bin",
};
const facts: Facts = { platform: "linux", programs, python: [3, 11], openFiles: 20_000, availableMib: 8_000, cores: 2 };
const asked = { connections: 10_000, scenarios: ["shipped", "service", "long-poll", "stock", "limit"] as const };

describe("before anything is started", () => {
  test("accepts a machine that meets all requirements", () => {
    expect(checkRequirements(facts, asked)).toEqual(programs);
  });

  test.each<[string, Partial<Facts>, RegExp]>([
    ["no nginx", { programs: { ...programs, nginx: undefined } }, /^nginx is missing: .*apt-get install nginx/],
    [
      "no generator",
      { programs: { ...programs, h2load: undefined } },
      /^The load generator h2load is missing: .*nghttp2-client/,
    ],
    ["no PostgreSQL", { programs: { ...programs, postgres: undefined } }, /^PostgreSQL is missing: .*postgresql/],
    ["no Python packages", { python: undefined }, /^The evidence needs the Python packages in \.venv.*npm run setup/],
    ["an old Python", { python: [3, 10] }, /^The example service needs Python 3\.11, and \.venv has 3\.10/],
    [
      "few open files",
      { openFiles: 4096 },
      /^A process may have 4096 open files here, and 10000 connections need 13000/,
    ],
    [
      "little memory",
      { availableMib: 1_000 },
      /^1000 MiB of memory are free, and 10000 connections need about 1186 MiB/,
    ],
    ["another system", { platform: "darwin" }, /runs on Linux only\.$/],
  ])("refuses a machine with %s in one sentence", (_what, change, sentence) => {
    const check = (): unknown => checkRequirements({ ...facts, ...change }, asked);
    expect(check).toThrow(sentence);
    expect(check).toThrow(/^[^\n]*\.$/);
  });

  test("accepts fewer open files and Python 3.10 without the service", () => {
    const small = { ...facts, openFiles: 7_000, python: [3, 10] } as const;
    expect(checkRequirements(small, { ...asked, scenarios: ["shipped"] })).toEqual(programs);
  });

  test("reports a port in use in one sentence", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    const port = typeof address === "object" ? (address?.port ?? 0) : 0;
    await expect(choosePorts(port)).rejects.toThrow(
      `Port ${port} is in use: choose another one with --port, or leave it out for any free ones.`,
    );
    server.close();
    const { port: one, statusPort: other } = await choosePorts(undefined);
    expect(one).not.toBe(other);
  });
});

describe("arguments", () => {
  test("default to a full run", () => {
    expect(parseArguments([], ["staging", "production"])).toEqual({
      environment: "staging",
      connections: 10_000,
      seconds: 60,
      scenarios: asked.scenarios,
      output: "docs/evidence",
      port: undefined,
      redraw: false,
    });
  });

  test("run scenarios in the fixed order", () => {
    const parsed = parseArguments(["--only", "limit", "shipped", "--output", "x"], ["staging"]);
    expect(parsed?.scenarios).toEqual(["shipped", "limit"]);
  });

  test.each([
    [
      ["--connections", "many"],
      /--connections <number>' argument 'many' is invalid\. Write a whole number from 10 to 100000\./,
    ],
    [["--connections", "1000000"], /Write a whole number from 10 to 100000\./],
    [["--seconds", "1"], /Write a whole number from 2 to 600\./],
    [["--port", "65535"], /Write a whole number from 1 to 65534\./],
    [["--only", "everything"], /Allowed choices are shipped, service, long-poll, stock, limit\./],
    [["--only", "shipped"], /^--only needs --output DIRECTORY: docs\/evidence holds whole runs\.$/],
    [["--environment", "moon"], /Allowed choices are staging\./],
    [["--fast"], /unknown option '--fast'/],
  ])("%j are refused in one sentence", (argv, sentence) => {
    const parse = (): unknown => parseArguments(argv, ["staging"]);
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(/^[^\n]*$/);
  });
});

describe("facts about the machine", () => {
  test("finds programs outside PATH too, and the newest PostgreSQL", () => {
    const directory = scratchDirectory();
    for (const name of [
      "bin/ss",
      "sbin/nginx",
      ...["9", "15"].flatMap((v) => [`pg/${v}/bin/postgres`, `pg/${v}/bin/initdb`]),
    ]) {
      writeScript(join(directory, name), "");
    }
    mkdirSync(join(directory, "bin", "h2load"));
    writeFileSync(join(directory, "sbin", "prlimit"), "not executable");
    expect(findPrograms(join(directory, "bin"), [join(directory, "sbin")], join(directory, "pg"))).toEqual({
      nginx: join(directory, "sbin", "nginx"),
      h2load: undefined,
      ss: join(directory, "bin", "ss"),
      setpriv: undefined,
      prlimit: undefined,
      postgres: join(directory, "pg", "15", "bin"),
    });
  });

  test("reads the hard limit and counts the ephemeral ports", () => {
    expect(hardOpenFiles("Max open files            1024                 20000                files\n")).toBe(20_000);
    expect(hardOpenFiles("Max open files  unlimited  unlimited  files\n")).toBe(Number.MAX_SAFE_INTEGER);
    expect(dialPorts("32768\t60999\n")).toBe(28_232);
  });

  test("compares kernel settings of the servers with those of the machine", () => {
    const sysctls = "# Why.\nnet.core.somaxconn = 65535\nnet.ipv4.ip_local_port_range = 10240 65535\n";
    expect(compareSettings(sysctls, (name) => (name.endsWith("somaxconn") ? "4096" : "32768 60999"))).toEqual([
      { name: "net.core.somaxconn", shipped: "65535", here: "4096" },
      { name: "net.ipv4.ip_local_port_range", shipped: "10240 65535", here: "32768 60999" },
    ]);
  });
});

describe("the outcome", () => {
  test("is accepted when all runs held and the control failed", () => {
    expect(() => {
      refuseFailure([aRun("shipped"), aRun("stock", { held: 1392, errors: 9 })], "docs/evidence");
    }).not.toThrow();
  });

  test("is refused with the reason when a run failed", () => {
    expect(() => {
      refuseFailure([aRun("shipped", { errors: 1, reasons: ["nginx: Too many open files"] })], "docs/evidence");
    }).toThrow("what shipped shows (nginx: Too many open files): see docs/evidence.");
  });

  test("is refused when the control did not fail", () => {
    expect(() => {
      refuseFailure([aRun("shipped"), aRun("stock")], "docs/evidence");
    }).toThrow(
      "Debian's own configuration held 10000 connections, too, so that the comparison shows nothing on this machine: ask for more with --connections.",
    );
  });

  test("is accepted with few connections although the control did not fail", () => {
    expect(() => {
      refuseFailure([aRun("stock", { connections: 300, held: 300 })], "docs/evidence");
    }).not.toThrow();
  });
});

test("refuses an unwritable directory before the run", () => {
  expect(() => {
    refuseForeignDirectory("/proc/evidence");
  }).toThrow(/^Nothing can be written into \/proc \(E[A-Z]+\): name another directory with --output\.$/);
});
