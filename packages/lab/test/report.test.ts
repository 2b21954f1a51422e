import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { carryOver } from "../src/evidence/carry-over";
import { readEvidence, SCENARIOS } from "../src/evidence/figures";
import { finding, limitFinding } from "../src/evidence/finding";
import { report } from "../src/evidence/report";
import { refuseForeignDirectory } from "../src/evidence/write";
import { planFor } from "../src/load/plan";
import { aFailedControl, aRun, evidenceWith, longPolls } from "./evidence";

/** Without the spaces that align tables. */
const plain = (markdown: string): string => markdown.replaceAll(/ +/g, " ");

describe("plans", () => {
  test.each(SCENARIOS)(
    "%s: all connections are open before the plateau starts, and none closes before it ends",
    (name) => {
      const plan = planFor(name, 10_000, 60);
      const { plateau, rampSeconds, seconds } = plan;
      expect(plateau.from).toBeGreaterThan(rampSeconds);
      expect(seconds).toBeGreaterThan(plateau.to);
      expect(plan.requests.reduce((sum, { share }) => sum + share, 0)).toBe(1);
    },
  );

  test("a full run takes at most eight minutes, of which the search takes three", () => {
    const runs = SCENARIOS.filter((name) => name !== "limit").map((name) => planFor(name, 10_000, 60));
    expect(runs.reduce((sum, { seconds, waitSeconds }) => sum + seconds + waitSeconds, 180)).toBeLessThan(500);
  });

  test("connections are not opened in a burst, and the service gets no more requests than two cores can serve", () => {
    expect(planFor("shipped", 10_000, 60).rampSeconds).toBe(10);
    const { intervalSeconds, rampSeconds } = planFor("service", 10_000, 60);
    expect(10_000 / intervalSeconds).toBeLessThanOrEqual(600);
    expect(rampSeconds).toBe(intervalSeconds);
  });

  test.each([2, 60, 600])("a long poll of a run of %d s waits no longer than the service allows", (seconds) => {
    const plan = planFor("long-poll", 10_000, seconds);
    expect(plan.waitSeconds).toBeLessThanOrEqual(50);
    // At least one answer of each connection is part of the figures.
    expect(plan.waitSeconds).toBeLessThan(plan.seconds);
  });
});

describe("the finding of a run, in one sentence", () => {
  const [requests] = aRun("service").requests;
  if (requests === undefined) throw new Error("no requests");
  const readsAndWrites = [
    { ...requests, name: "reads", p99: 5.25 },
    { ...requests, name: "writes" },
  ];

  test.each([
    [aRun("shipped"), "10,000 connections held for 3 s without an error: 9,900 requests/s, p99 39 ms"],
    [longPolls(), "10,000 long polls through the service held for 3 s without an error: answered 39 ms late at p99"],
    [
      aRun("service", { requests: readsAndWrites }),
      "10,000 connections through the service held for 3 s without an error: 9,900 requests/s, reads p99 5.3 ms, writes p99 39 ms",
    ],
    [aFailedControl(), "1,424 of 10,000 connections to Debian's own configuration held; 80 % of the requests failed"],
    // Connections that closed without an error are not held.
    [aRun("shipped", { held: 9_999 }), "9,999 of 10,000 connections held; 0 % of the requests failed"],
  ])("of run %#", (run, sentence) => {
    expect(finding(run)).toBe(sentence);
  });

  test("names the reason of the limit, or reports that it is unknown", () => {
    const ceiling = { connections: 100_000, reason: "what this command ever tries" };
    const reasons = ["nginx: 16384 worker_connections are not enough (3 times)"];
    expect(limitFinding({ held: 30_500, failed: 31_000, ceiling, reasons })).toBe(
      "30,500 connections held without an error, 31,000 not: 16384 worker_connections are not enough",
    );
    expect(limitFinding({ held: 30_500, failed: 31_000, ceiling, reasons: [] })).toContain("no log names the reason");
    expect(
      limitFinding({
        held: 9_000,
        failed: null,
        ceiling: { connections: 9_000, reason: "2000 MiB of free memory" },
        reasons: [],
      }),
    ).toBe("9,000 connections held without an error; the search ended there, by 2000 MiB of free memory");
  });
});

describe("the arithmetic for the instance type", () => {
  const sentences = carryOver(
    evidenceWith({ runs: [...evidenceWith().runs, aRun("service", { requestsPerSecond: 476 })] }),
  );

  test.each([
    [
      "memory per connection is the growth, and kernel memory covers both ends",
      "1.0 KiB of nginx and 3.1 KiB of the kernel",
    ],
    ["memory per long poll", "10.2 KiB of nginx and 10.2 KiB of the service"],
    // 18 + 40 + 100 + 100 + 100 MiB of 15 GiB
    [
      "a server's memory is that of an idle server plus its connections",
      "358 MiB, 2.3 % of the 15 GiB of an m3.xlarge",
    ],
    [
      "CPU assumes that a vCPU has half the speed",
      "20 % of one core. If a vCPU of the instance does half of what a core does here (assumed, not measured), that is 10 % of the 4 vCPUs",
    ],
    [
      "a proxied connection counts as two, and nginx keeps a sixteenth free",
      "61,440 connections that it answers itself, or 30,720 that it hands on",
    ],
  ])("%s", (_, part) => {
    expect(sentences.join("\n")).toContain(part);
  });

  test("leaves out what was not measured", () => {
    expect(carryOver(evidenceWith({ runs: [] }))).toEqual([expect.stringMatching(/^\*\*Connections\.\*\*/)]);
    expect(sentences.join()).not.toContain("CPU of the service");
    expect(sentences.join()).not.toContain("NaN");
  });
});

describe("the report", () => {
  const text = plain(report(evidenceWith()));

  test("starts with the figures of every scenario", () => {
    expect(text).toContain(
      "| keep-alive, answered by nginx itself | 10,000 of 10,000 | 0 | 10,000 | 0.61 ms | 39 ms | 28 MiB | |",
    );
    expect(text).toContain("| keep-alive, with Debian's own configuration | 1,424 of 10,000 | 40,000 |");
    expect(text).toContain("**The limit here:** 30,500 connections held without an error");
  });

  test("shows every picture", () => {
    const pictures = [...text.matchAll(/!\[[^\]]+\]\(([^)]+)\)/g)].map(([, file]) => file);
    expect(pictures).toEqual(["shipped-and-stock.png", "shipped.png", "long-poll.png", "stock.png", "limit.png"]);
  });

  test("names the reason of a failure", () => {
    expect(text).toContain("Why: nginx: 768 worker_connections are not enough, reusing connections (9 times).");
    expect(text).toContain("30,720 for 2 workers");
  });

  test("compares the check with the kernel's count of the same sockets", () => {
    expect(text).toContain("| keep-alive, answered by nginx itself | 20,001 | 20,004 | 3 | 2 |");
  });

  test("lists what is not proven, and only the kernel settings that differ", () => {
    expect(text).toContain("No m3.xlarge took part");
    expect(text).toContain("`net.core.somaxconn` 4096 instead of 65535.");
    expect(text).not.toContain("tcp_slow_start_after_idle` 0 instead");
  });

  test("shows the load of the machine, and the spread of the p99 of single seconds", () => {
    expect(text).toContain("Load of the machine: 0.5 before and 1.5 after.");
    expect(text).toContain("| keep-alive, answered by nginx itself | 20 | | | 25 | 5 | 50 | 3.2 ms to 41 ms |");
  });

  test("warns of figures that were measured while other programs took more than a tenth of the CPU", () => {
    const { means } = aRun("shipped");
    const withOthers = (otherCpu: number) =>
      report(evidenceWith({ runs: [aRun("shipped", { means: { ...means, otherCpu } })] }));
    expect(withOthers(20)).not.toContain("Other programs");
    expect(withOthers(50)).toContain("**Other programs took 25 % of the CPU meanwhile**");
  });

  test("does not claim what failed", () => {
    const broken = report(evidenceWith({ runs: [aRun("shipped", { errors: 3 }), aRun("stock")] }));
    expect(broken).toContain("- Not this: what shipped shows.");
    expect(broken).toContain("Debian's own configuration held this load too");
  });

  test("lists scenarios that were left out, and works without any run", () => {
    const leftOut = [{ scenario: "stock" as const, reason: "/etc/nginx/nginx.conf is not as its package brought it" }];
    const bare = report(evidenceWith({ runs: [], limit: null, leftOut }));
    expect(bare).toContain("because /etc/nginx/nginx.conf is not as its package brought it.");
    expect(bare).not.toContain("undefined");
    expect(bare).toContain("The check was not run.");
  });
});

describe("the result", () => {
  test("is unchanged after writing and reading", () => {
    const file = join(scratchDirectory(), "evidence.json");
    writeFileSync(file, JSON.stringify(evidenceWith()));
    expect(readEvidence(file)).toEqual(evidenceWith());
    writeFileSync(file, JSON.stringify({ ...evidenceWith(), date: 7 }));
    expect(() => readEvidence(file)).toThrow(/holds no evidence that can be read \(date: /);
  });

  test("never replaces a directory with other files", () => {
    const directory = scratchDirectory();
    const output = join(directory, "output");
    const refuse = (): void => {
      refuseForeignDirectory(output);
    };
    expect(refuse).not.toThrow();
    mkdirSync(output);
    expect(refuse).not.toThrow();
    writeFileSync(join(output, "letter.txt"), "");
    expect(refuse).toThrow(`${output} holds something else than evidence and would be replaced`);
    writeFileSync(join(output, "evidence.json"), "{}");
    expect(refuse).not.toThrow();
    expect([existsSync(join(output, "letter.txt")), readdirSync(directory)]).toEqual([true, ["output"]]);
  });
});
