import { spawnSync } from "node:child_process";

import { MIRROR_VARIABLE, mirrorDirectories } from "@dev-one/terraform-cli";
import { versionsIn } from "@dev-one/terraform-cli/mirrors";
import { REGISTRY } from "@dev-one/terraform-cli/requirements";

const PROVIDER = `${REGISTRY}/datadog/datadog`;

/**
 * Why tests that need Datadog's provider are skipped, known before they are defined; undefined when it can be had.
 * @param mirrors directories that may hold it @default those of this machine
 * @param isRegistryReachable @default a DNS look-up, 3 seconds at most
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

/** `describe` where the provider can be had; elsewhere one that skips, and a sentence on stderr: Jest says no reason by itself. */
export function describeWithDatadog(why: string | undefined): jest.Describe {
  if (why === undefined) return describe;
  process.stderr.write(`${why}\n`);
  return describe.skip;
}
