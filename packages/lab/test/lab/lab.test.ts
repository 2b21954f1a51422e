import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { compile } from "../../src/compile/model";
import { mutationsOf, oneOfEachType } from "../../src/controls/mutations";
import type { LabEvidence } from "../../src/evidence/lab-figures";
import { labReport } from "../../src/evidence/lab-report";
import { parseStatistics } from "../../src/hosts/load-balancer";
import { parseLabArguments } from "../../src/lab-arguments";
import { type Machine, refuseMachine, WITHOUT_LOAD } from "../../src/machine/requirements";
import { aStack } from "./stack";

describe("arguments of the lab", () => {
  test("default to all scenarios of staging", () => {
    expect(parseLabArguments([])).toEqual({
      env: "staging",
      keep: false,
      quick: false,
      output: "docs/evidence/lab",
      scenarios: [
        "reachability",
        "addresses-and-dns",
        "database",
        "connections",
        "zone-loss",
        "dead-servers",
        "replacement",
        "negative-controls",
      ],
    });
  });

  test("of a quick run leave out what needs load, unless it is named", () => {
    const quick = ["--quick", "--output", "x"];
    expect(parseLabArguments(quick)?.scenarios).toEqual([
      "reachability",
      "addresses-and-dns",
      "database",
      "negative-controls",
    ]);
    expect(parseLabArguments([...quick, "--scenario", "zone-loss"])?.scenarios).toEqual(["zone-loss"]);
  });

  test.each([
    [
      ["--scenario", "everything", "--output", "x"],
      /Allowed choices are reachability, addresses-and-dns, database, connections, zone-loss, dead-servers, replacement, negative-controls\./,
    ],
    [
      ["--quick"],
      /^--scenario, --quick and --env need --output DIRECTORY: docs\/evidence\/lab holds whole runs of staging\.$/,
    ],
    [["--fast"], /unknown option '--fast'/],
  ])("%j are refused in one sentence", (argv, sentence) => {
    expect(() => parseLabArguments(argv)).toThrow(sentence);
  });
});

describe("a machine", () => {
  const machine: Machine = {
    platform: "linux",
    user: 0,
    path: "/usr/sbin:/usr/bin",
    openFiles: 20_000,
    trackedConnections: 262_144,
  };
  const problemsOf = (change: Partial<Machine>): string[] => {
    try {
      refuseMachine({ ...machine, ...change }, WITHOUT_LOAD);
      return [];
    } catch (error) {
      return (error as Error).message.split("\n").filter((line) => !line.includes("apt-get"));
    }
  };

  test("that has what the lab needs is accepted", () => {
    expect(problemsOf({})).toEqual([]);
  });

  test("with another system is refused", () => {
    expect(problemsOf({ platform: "darwin" })).toEqual([
      "The lab's hosts are network namespaces of Linux, and this machine runs darwin: run it on Linux.",
    ]);
  });

  test("is told everything that it lacks at once", () => {
    expect(problemsOf({ user: 1000, openFiles: 1024, trackedConnections: 1000 })).toEqual([
      "The lab makes network namespaces, for which it must be root: run it with sudo, or in CI.",
      "A process may have 1024 open files here, and the lab needs 4096: raise the hard limit (ulimit -Hn 4096).",
      "The kernel tracks 1000 connections, and the lab needs 65536: set net.netfilter.nf_conntrack_max=65536.",
    ]);
    expect(problemsOf({ trackedConnections: undefined })[0]).toMatch(
      /^The kernel has no connection tracking, .*nf_conntrack\.$/,
    );
  });

  test("without programs is told each with its package", () => {
    expect(() => {
      refuseMachine({ ...machine, path: "/nonexistent" }, WITHOUT_LOAD);
    }).toThrow(
      /haproxy is missing: .*\(Debian: apt-get install haproxy\)\.\n(.*\n)*knotd is missing: .*install knot\)\./,
    );
  });
});

describe("mutations", () => {
  const json = aStack();
  const mutations = mutationsOf(fromSynthesis("shop", json));

  test("change every rule, route, listener, target group and record, and leave the stack itself as it is", () => {
    const before = JSON.stringify(json);
    const without = mutations.filter((mutation) => JSON.stringify(mutation.apply(json)) === before);
    expect(without.map(({ address, change }) => `${address} ${change}`)).toEqual([]);
    expect(JSON.stringify(json)).toBe(before);
    const changed = new Set(mutations.map(({ address }) => address));
    for (const type of ["ingress_rule", "egress_rule"].map((each) => `aws_vpc_security_group_${each}`)) {
      for (const { address } of fromSynthesis("shop", json).of(type)) expect(changed).toContain(address);
    }
    expect(changed).toContain("aws_route53_record.postgres");
  });

  test("are compiled, or refused with a sentence that names a resource", () => {
    for (const { address, change, apply } of mutations) {
      try {
        compile("shop", apply(json), 2);
      } catch (error) {
        expect([address, change, (error as Error).message]).toEqual([
          address,
          change,
          expect.stringMatching(/^aws_\w+\.\S+: .*\.$/),
        ]);
      }
    }
  });

  test("of a quick run are one of each type", () => {
    const types = oneOfEachType(mutations).map(({ type }) => type);
    expect(types).toHaveLength(new Set(mutations.map(({ type }) => type)).size);
  });
});

test("reads HAProxy's statistics of targets", () => {
  const csv =
    "# pxname,svname,scur,stot,status,check_status\nport-443,FRONTEND,1,2,OPEN,\nall,web,3,40,UP,L7OK\nall,BACKEND,3,40,UP,\n";
  expect(parseStatistics(csv)).toEqual([
    { backend: "all", server: "web", status: "UP", check: "L7OK", requests: 40, currentConnections: 3 },
  ]);
});

describe("the report", () => {
  const control = {
    address: "aws_lb.balancer",
    change: "idle_timeout is 4000",
    scenario: "",
    sentence: "",
    difference: "",
  };
  const evidence: LabEvidence = {
    date: "2026-12-01",
    command: "npm run lab",
    environment: "staging",
    hosts: 27,
    buildSeconds: { namespaces: 0.5, programs: 2 },
    results: [
      {
        scenario: "database",
        seconds: 3,
        answers: [{ sentence: "TLS is required.", holds: false, measured: "connected without" }],
        figures: {},
      },
    ],
    controls: [
      { ...control, outcome: "unnoticed" },
      { ...control, outcome: "noticed", scenario: "database", sentence: "TLS is required." },
    ],
    foreignCpuPercent: 40,
    machine: { cores: 2, cpu: "a CPU", kernel: "6.1", versions: { nginx: "1.22" } },
  };

  test("answers each sentence, names what went unnoticed, and warns of other programs", () => {
    const text = labReport(evidence);
    expect(text).toMatch(/\| TLS is required\. +\| \*\*no\*\* +\| connected without +\| database +\|/);
    expect(text).toContain("What no scenario noticed:\n\n- `aws_lb`: idle_timeout is 4000 (1)");
    expect(text).toContain("- TLS is required. (database) (1)");
    expect(text).toContain("**Other programs took 40 % of the CPU during the run**");
    expect(labReport({ ...evidence, foreignCpuPercent: 3 })).not.toContain("Other programs");
  });
});
