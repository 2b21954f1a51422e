import { reportFindings } from "@dev-one/policy";
import { App } from "cdktf";

import { environments } from "./src/environments";
import { buildStacks, reportAdvice } from "./src/stacks";

const app = new App();
for (const environment of environments) buildStacks(app, environment);
app.synth();
reportAdvice(app);
reportFindings(app.outdir);
