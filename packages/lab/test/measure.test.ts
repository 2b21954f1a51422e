import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { meanOf, plateauOf, valuesWithin } from "../src/evidence/statistics";
import { parseCounts } from "../src/measure/agent-check";
import {
  activeConnections,
  allProcesses,
  busyTicks,
  countEstablished,
  mebibytes,
  parseStat,
  proportionalMebibytes,
  treeOf,
} from "../src/measure/proc";

test("established sockets in the output of ss are counted, those of the server and all", () => {
  const printed = [
    "LISTEN    0      4096   127.0.0.1:18080      0.0.0.0:*    ",
    "ESTAB     0      0      127.0.0.1:18080    127.0.0.1:40000",
    "ESTAB     0      0      127.0.0.1:40000    127.0.0.1:18080",
    "ESTAB     0      0         [::1]:18080        [::1]:40001 ",
    "SYN-RECV  0      0      127.0.0.1:18080    127.0.0.1:40002",
    "ESTAB     0      0      127.0.0.1:1808     127.0.0.1:40003",
    "",
  ].join("\n");
  expect(countEstablished(printed, 18080)).toEqual({ server: 2, everywhere: 4 });
});

describe("reading /proc", () => {
  test("parses a process with spaces and parentheses in its name", () => {
    const rest = "S 21196 21196 0 0 -1 4194624 1 0 0 0 42 205 7 8 20 0 1 0 100 1 1";
    expect(parseStat(`21197 (nginx: worker) p) ${rest}`)).toEqual({
      ...{ pid: 21197, parent: 21196, ticks: 247, endedTicks: 15 },
    });
  });

  test("finds the descendants of a process at any depth", () => {
    const process = (pid: number, parent: number) => ({ pid, parent, ticks: 0, endedTicks: 0 });
    const all = [process(5, 1), process(6, 5), process(8, 7), process(7, 6), process(9, 1)];
    expect(treeOf(5, all).map(({ pid }) => pid)).toEqual([5, 6, 7, 8]);
    expect(treeOf(4, all)).toEqual([]);
  });

  test("counts memory that processes share once, and returns null when it cannot be read", () => {
    const proc = scratchDirectory();
    for (const pid of ["11", "12"]) {
      mkdirSync(join(proc, pid));
      writeFileSync(join(proc, pid, "smaps_rollup"), "1-2 ---p 0 00:00 0 [rollup]\nRss: 4096 kB\nPss:     1536 kB\n");
      writeFileSync(join(proc, pid, "stat"), `${pid} (x) S 1 ${"0 ".repeat(20)}`);
    }
    mkdirSync(join(proc, "13"));
    expect(proportionalMebibytes([11, 12], proc)).toBe(3);
    expect(proportionalMebibytes([11, 14], proc)).toBeNull();
    expect(proportionalMebibytes([], proc)).toBeNull();
    expect(allProcesses(proc).map(({ pid }) => pid)).toEqual([11, 12]);
  });

  test("parses kernel memory and busy time", () => {
    expect(mebibytes("Slab:   479704 kB\nSUnreclaim:        43008 kB\n", "SUnreclaim")).toBe(42);
    expect(mebibytes("", "SUnreclaim")).toBeNull();
    expect(busyTicks("cpu  10 1 20 1000 500 3 4 2 0 0\ncpu0 1 1 1 1\n")).toBe(33);
  });
});

test("the number of active connections is read from nginx's status page", () => {
  expect(activeConnections("Active connections: 10001 \nserver accepts handled requests\n 1 1 1 \n")).toBe(10001);
  expect(activeConnections("<html>404</html>")).toBeNull();
});

test("the check's counts are read line by line, without an incomplete last line", () => {
  expect(parseCounts('{"established": 480}\n{"established": 2000}\n{"establi')).toEqual([480, 2000]);
  expect(parseCounts("Traceback (most recent call last):\n")).toEqual([]);
});

test("figures of the plateau exclude samples before and after it, and unknown values", () => {
  expect(valuesWithin([1, 2, 3, 4, 5], [0, 9, null, 7.1, 1], { from: 2, to: 4 })).toEqual([9, 7.1]);
  expect(meanOf([9, 7.1])).toBe(8.1);
  expect(meanOf([])).toBeNull();
});

test("the plateau starts when all connections are open, and never ends later than planned", () => {
  const plan = { connections: 100, plateau: { from: 2, to: 5 } };
  const seconds = [1, 2, 3, 4, 5, 6];
  const begins = (established: number[]) => plateauOf(plan, { seconds, established });
  expect(begins([60, 100, 100, 100, 100, 0])).toEqual({ from: 2, to: 5 });
  expect(begins([20, 40, 80, 100, 100, 100])).toEqual({ from: 4, to: 5 });
  expect(begins([20, 40, 60, 80, 90, 100])).toEqual({ from: 2, to: 5 });
});
