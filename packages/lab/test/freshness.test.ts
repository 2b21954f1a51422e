import { join } from "node:path";

import { readUserData } from "@dev-one/terraform-json/user-data";

import { synthesize } from "../../../__tests__/support/synthesis";
import { environments } from "../../../src/environments";
import { readEvidence, SCENARIOS } from "../src/evidence";
import { digestOf, withExampleService } from "../src/server/shipped-files";

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

  test("is about the files that servers get today; measure anew with `npm run evidence` when it is not", () => {
    const environment = environments.find(({ name }) => name === evidence.environment);
    if (environment === undefined) throw new Error(`there is no ${evidence.environment}`);
    const { platform } = synthesize(environment);
    const { files } = readUserData(String(platform.only("aws_launch_template").values.user_data));
    const today = withExampleService(join(__dirname, "../../.."), files);
    const ran = new Set(evidence.files.map(({ path }) => path));
    expect(evidence.files).toEqual(
      today
        .filter(({ path }) => ran.has(path))
        .map(digestOf)
        .sort((one, other) => one.path.localeCompare(other.path, "en")),
    );
  });
});
