import { spawnSync } from "node:child_process";

import { MIRROR_VARIABLE, mirrorDirectories } from "@dev-one/terraform-cli";
import { versionsIn } from "@dev-one/terraform-cli/mirrors";
import { REGISTRY } from "@dev-one/terraform-cli/requirements";

const PROVIDER = `${REGISTRY}/datadog/datadog`;

/**
 * The reason to skip tests that need Datadog's provider, determined before they are defined; undefined when the provider is
 * available.
 * @param mirrors directories that may contain it @default those of this machine
 * @param isRegistryReachable @default a DNS lookup with a timeout of 3 seconds
 */
export function whyDatadogIsSkipped(
  mirrors: readonly string[] = mirrorDirectories(),
  isRegistryReachable: () => boolean = registryIsNamed,
): string | undefined {
  if (mirrors.some((mirror) => versionsIn(mirror, PROVIDER).length > 0) || isRegistryReachable()) return undefined;
  return (
    `Tests with Datadog's provider are skipped: ${REGISTRY} cannot be reached, and no mirror on this machine holds it; ` +
    `name a directory that holds ${PROVIDER} in ${MIRROR_VARIABLE}.`
  );
}

function registryIsNamed(): boolean {
  const lookup = `require("node:dns").lookup(${JSON.stringify(REGISTRY)}, (error) => process.exit(error ? 1 : 0))`;
  return spawnSync(process.execPath, ["-e", lookup], { timeout: 3_000 }).status === 0;
}

/** `describe` when the provider is available; otherwise `describe.skip` and the reason on stderr, because Jest prints none. */
export function describeWithDatadog(why: string | undefined): jest.Describe {
  if (why === undefined) return describe;
  process.stderr.write(`${why}\n`);
  return describe.skip;
}
