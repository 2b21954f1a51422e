// Synthesizes as many environments as the first argument says; the benchmark's only view of the constructs.
import { App } from "cdktf";

import { defineEnvironment, staging } from "../../src/environments";
import { buildStacks } from "../../src/stacks";

const app = new App();
for (let number = 1; number <= Number(process.argv[2]); number += 1) {
  const name = `bench-${number}`;
  buildStacks(app, defineEnvironment({ ...staging, name, domain: `${name}.dev-one.it` }));
}
app.synth();
