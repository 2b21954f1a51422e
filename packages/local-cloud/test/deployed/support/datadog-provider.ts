import { spawnSync } from "node:child_process";

import { MIRROR_VARIABLE, mirrorDirectories } from "@dev-one/terraform-cli";
import { versionsIn } from "@dev-one/terraform-cli/mirrors";
import { REGISTRY } from "@dev-one/terraform-cli/requirements";

const PROVIDER = `${REGISTRY}/datadog/datadog`;

/** `describe` when Datadog's provider is available; otherwise `describe.skip` and the reason on stderr, because Jest prints none. */
export function describeWithDatadog(): jest.Describe {
  if (hasDatadogProvider()) return describe;
  process.stderr.write(
    `Tests with Datadog's provider are skipped: ${REGISTRY} cannot be reached, and no mirror on this machine holds it; ` +
      `name a directory that holds ${PROVIDER} in ${MIRROR_VARIABLE}.\n`,
  );
  return describe.skip;
}

/** Whether a mirror on this machine holds the provider, or the registry's name resolves. */
export function hasDatadogProvider(): boolean {
  return versionsIn(mirrorDirectories(), PROVIDER).length > 0 || registryIsNamed();
}

/** A DNS lookup with a timeout of 3 seconds, before the tests are defined. */
function registryIsNamed(): boolean {
  const lookup = `require("node:dns").lookup(${JSON.stringify(REGISTRY)}, (error) => process.exit(error ? 1 : 0))`;
  return spawnSync(process.execPath, ["-e", lookup], { timeout: 3_000 }).status === 0;
}
