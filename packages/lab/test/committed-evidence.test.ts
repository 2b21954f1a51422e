import { join } from "node:path";

import { readEvidence, SCENARIOS } from "../src/evidence/figures";

const evidence = readEvidence(join(__dirname, "../../../docs/evidence/evidence.json"));

describe("the evidence in docs", () => {
  test("comes from a full run and proves the design's claim; shorter or smaller runs use --output", () => {
    expect(evidence.runs.map(({ scenario }) => scenario)).toEqual(SCENARIOS.filter((name) => name !== "limit"));
    expect(evidence.leftOut).toEqual([]);
    expect(evidence.seconds).toBeGreaterThanOrEqual(60);
    for (const { scenario, connections, held, errors } of evidence.runs) {
      expect([scenario, connections]).toEqual([scenario, evidence.connectionsPerServer]);
      if (scenario === "stock") expect(errors).toBeGreaterThan(0);
      else expect({ scenario, held, errors }).toEqual({ scenario, held: connections, errors: 0 });
    }
    expect(evidence.limit?.held).toBeGreaterThan(evidence.connectionsPerServer);
  });

  test("includes nginx.conf and the kernel settings of the servers", () => {
    expect(evidence.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/etc/nginx/nginx.conf", "/etc/sysctl.d/90-dev-one.conf"]),
    );
  });
});
