import { App } from "cdktf";

import { ConfigurationError } from "./src/config/configuration-error";

async function main(): Promise<void> {
  // Loaded here, so that a mistake in the configuration reaches the catch below before anything is written.
  const [{ environments }, { buildStacks }] = await Promise.all([import("./src/config"), import("./src/stacks")]);
  const app = new App();
  for (const environment of environments) buildStacks(app, environment);
  app.synth();
}

main().catch((error: unknown) => {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
});
