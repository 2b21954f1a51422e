import { mkdirSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";
import { hardOpenFiles } from "@dev-one/service/processes";
import { searchPath } from "@dev-one/service/programs";

import { parseArguments } from "../src/arguments";
import { refuseFailure } from "../src/evidence/finding";
import { refuseForeignDirectory } from "../src/evidence/write";
import { compareSettings, dialPorts } from "../src/machine/facts";
import { checkRequirements, type Facts } from "../src/machine/requirements";
import { aRun } from "./evidence";

const PROGRAMS = ["nginx", "go", "ss", "setpriv", "prlimit", "postgres", "initdb"];
/** A directory with all programs but one. */
function programsWithout(missing = ""): string {
  const directory = scratchDirectory();
  for (const name of PROGRAMS.filter((each) => each !== missing)) writeScript(join(directory, name), "");
  return directory;
}
const facts: Facts = { path: programsWithout(), openFiles: 20_000, cores: 2 };

describe("before anything is started", () => {
  test("accepts a machine that meets all requirements", () => {
    expect(() => {
      checkRequirements(facts, 10_000);
    }).not.toThrow();
  });

  test.each<[string, Partial<Facts>, RegExp]>([
    ["no nginx", { path: programsWithout("nginx") }, /^nginx is missing: .*apt-get install nginx/],
    ["no compiler", { path: programsWithout("go") }, /^go is missing: .*golang-go/],
    ["no PostgreSQL", { path: programsWithout("initdb") }, /^initdb is missing: .*postgresql/],
    [
      "few open files",
      { openFiles: 4096 },
      /^A process may have 4096 open files here, and 10000 connections need 13000/,
    ],
  ])("refuses a machine with %s in one sentence", (_what, change, sentence) => {
    const check = () => {
      checkRequirements({ ...facts, ...change }, 10_000);
    };
    expect(check).toThrow(sentence);
    expect(check).toThrow(/^[^\n]*\.$/);
  });
});

describe("arguments", () => {
  test("default to a full run", () => {
    expect(parseArguments([])).toEqual({
      connections: 10_000,
      seconds: 60,
      scenarios: ["shipped", "service", "long-poll", "stock", "limit"],
      output: "docs/evidence",
      redraw: false,
    });
  });

  test("run scenarios in the fixed order", () => {
    const parsed = parseArguments(["--only", "limit", "shipped", "--output", "x"]);
    expect(parsed?.scenarios).toEqual(["shipped", "limit"]);
  });

  test.each([
    [
      ["--connections", "many"],
      /--connections <number>' argument 'many' is invalid\. Write a whole number from 10 to 100000\./,
    ],
    [["--connections", "1000000"], /Write a whole number from 10 to 100000\./],
    [["--seconds", "1"], /Write a whole number from 2 to 600\./],
    [["--only", "everything"], /Allowed choices are shipped, service, long-poll, stock, limit\./],
    [["--only", "shipped"], /^--only needs --output DIRECTORY: docs\/evidence holds whole runs\.$/],
    [["--fast"], /unknown option '--fast'/],
  ])("%j are refused in one sentence", (argv, sentence) => {
    const parse = (): unknown => parseArguments(argv);
    expect(parse).toThrow(sentence);
    expect(parse).toThrow(/^[^\n]*$/);
  });
});

describe("facts about the machine", () => {
  test("finds programs outside PATH too, and the newest PostgreSQL", () => {
    const directory = scratchDirectory();
    for (const version of ["9", "15"]) mkdirSync(join(directory, version, "bin"), { recursive: true });
    const directories = searchPath("/home/ann/bin", directory).split(":");
    expect([directories[0], directories.at(-1)]).toEqual(["/home/ann/bin", join(directory, "15", "bin")]);
    expect(directories).toContain("/usr/sbin");
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
  const failedControl = aRun("stock", { held: 1392, errors: 9 });

  test.each([
    ["all runs held and the control failed", [aRun("shipped"), failedControl]],
    ["few connections, which the control holds, too", [aRun("stock", { connections: 300, held: 300 })]],
  ])("is accepted with %s", (_, runs) => {
    expect(() => {
      refuseFailure(runs, "docs/evidence");
    }).not.toThrow();
  });

  test.each([
    [
      "a run that failed",
      [aRun("shipped", { errors: 1, reasons: ["nginx: Too many open files"] }), failedControl],
      "what shipped shows (nginx: Too many open files): see docs/evidence.",
    ],
    [
      "a control that did not fail",
      [aRun("shipped"), aRun("stock")],
      "Debian's own configuration held 10000 connections, too, so that the comparison shows nothing on this machine: ask for more with --connections.",
    ],
  ])("is refused with %s", (_, runs, sentence) => {
    expect(() => {
      refuseFailure(runs, "docs/evidence");
    }).toThrow(sentence);
  });
});

test("refuses an unwritable directory before the run", () => {
  expect(() => {
    refuseForeignDirectory("/proc/evidence");
  }).toThrow(/^Nothing can be written into \/proc \(E[A-Z]+\): name another directory with --output\.$/);
});
