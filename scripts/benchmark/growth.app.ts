// Synthesizes the number of environments given by the first argument. No other file of the benchmark imports constructs.
import { App } from "cdktf";

import { defineEnvironment, staging } from "../../src/environments";
import { buildStacks } from "../../src/stacks";

const app = new App();
for (let number = 1; number <= Number(process.argv[2]); number += 1) {
  const name = `bench-${number}`;
  buildStacks(app, defineEnvironment({ ...staging, name, domain: `${name}.dev-one.it` }));
}
app.synth();
