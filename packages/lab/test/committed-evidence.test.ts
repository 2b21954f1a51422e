import { join } from "node:path";

import { readEvidence, SCENARIOS } from "../src/evidence";

const evidence = readEvidence(join(__dirname, "../../../docs/evidence/evidence.json"));

describe("the evidence in docs", () => {
  test("is of the whole run, and shows what the design claims: a shorter or smaller one belongs elsewhere (--output)", () => {
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

  test("is about nginx, its limits and the service", () => {
    expect(evidence.files.map(({ path }) => path)).toEqual(
      expect.arrayContaining(["/etc/nginx/nginx.conf", "/etc/sysctl.d/90-dev-one.conf"]),
    );
  });
});
