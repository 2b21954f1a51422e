import { readFileSync } from "node:fs";
import { join } from "node:path";

import { readUnit, readVariables } from "../src/unit";

const SHIPPED = readFileSync(
  join(__dirname, "../../../src/servers/bootstrap/files/etc/systemd/system/dev-one-service.service"),
  "utf8",
);
const read = (content: string) => readUnit("dev-one-service.service", content);

describe("the unit of the service", () => {
  test("is known directive by directive", () => {
    expect(read(SHIPPED)).toEqual({
      command: "/opt/dev-one/service/run",
      umask: "0007",
      runtimeDirectoryMode: 0o750,
      environmentFiles: ["/etc/dev-one/service", "/etc/dev-one/environment", "/etc/dev-one/identity"],
      environment: {},
      restartSeconds: 5,
      stopSeconds: 22,
      openFiles: 65536,
    });
  });

  test.each([
    ["an unknown directive", "Restart=always", "Restart=always\nMemoryMax=1G", "MemoryMax=1G is not what"],
    ["another value of a known one", "Restart=always", "Restart=on-failure", "Restart=on-failure is not what"],
    ["a directive of another section", "[Install]", "[Install]\nUMask=0007", "UMask=0007 is not what"],
    ["a missing directive", "TimeoutStopSec=22\n", "", "TimeoutStopSec= is missing"],
  ])("is refused with %s", (_, from, to, message) => {
    expect(SHIPPED).toContain(from);
    expect(() => read(SHIPPED.replace(from, to))).toThrow(message);
  });

  test("is refused with every problem at once", () => {
    const changed = SHIPPED.replace("UMask=0007", "UMask=7\nNice=5");
    expect(() => read(changed)).toThrow(/UMask=7 [^\n]*\n[^\n]*Nice=5 [^\n]*\n[^\n]*UMask= is missing/);
  });
});

test("variables are read as systemd reads them", () => {
  expect(readVariables('# comment\nA=plain text\nB="with \\"quotes\\" and \\$5 and \\\\"\nC=\nD=a=b\n')).toEqual({
    A: "plain text",
    B: 'with "quotes" and $5 and \\',
    C: "",
    D: "a=b",
  });
});
