import { UserError } from "@dev-one/cli/user-error";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { Environment } from "../../../src/environments";
import type { Deployment } from "./deployment";
import { leftovers } from "./leftovers/leftovers";
import { emulatorFaults } from "./plan/emulator-faults";
import { describeChange, explainChanges } from "./plan/explain-changes";
import type { Steps } from "./steps";
import { readBootFiles } from "./table/boot-files";
import { differences, printedTable } from "./table/comparison";
import { readFleet } from "./table/fleet";

/** Reads the servers' addresses from the cloud's API. @throws UserError when one differs from the address table */
export async function checkAddressTable(steps: Steps, environment: Environment, url: string): Promise<void> {
  await steps.run(
    "read the address table back",
    async () => {
      const servers = await readFleet(environment.domain, { url, region: environment.region });
      steps.say(printedTable(environment, servers));
      const wrong = differences(environment, servers);
      if (wrong.length > 0) throw new UserError(`The address table is not the configured one: ${wrong.join("; ")}.`);
      return servers.length;
    },
    (count) => `${count} servers, every one at its address`,
  );
}

/** Reads the servers' user data from the cloud's API. @throws UserError when a file in it differs from the synthesized one */
export async function checkBootFiles(
  steps: Steps,
  { json }: SynthesizedStack,
  cloud: { readonly url: string; readonly region: string },
): Promise<void> {
  await steps.run(
    "read the servers' boot files back",
    () => readBootFiles(json, cloud),
    ({ files, size }) => `${files.length} files in ${size} bytes of user data, as synthesized`,
  );
}

/**
 * Plans a deployed stack again.
 * @param options.reportsUnusedFaults whether the stack contains every resource type with a listed fault
 * @throws UserError when the plan has changes that no listed fault of the emulator explains
 */
export async function checkSecondPlan(
  steps: Steps,
  name: string,
  deployment: Deployment,
  { reportsUnusedFaults = false } = {},
): Promise<void> {
  await steps.run(
    `plan ${name} again`,
    async () => {
      const { explained, unexplained, unused } = explainChanges(await deployment.plan());
      for (const { resourceType, attribute, emulator } of explained) {
        steps.say(`   known fault of the emulator: ${resourceType} ${attribute}: ${emulator}`);
      }
      for (const { resourceType, attribute } of reportsUnusedFaults ? unused : []) {
        steps.say(`   listed fault that no longer shows, remove it: ${resourceType} ${attribute}`);
      }
      if (unexplained.length > 0) {
        const changes = unexplained.map(describeChange).join("; ");
        throw new UserError(`The second plan of ${name} is not empty: ${changes}.`);
      }
      return explained.length;
    },
    (count) => `no change; ${count} of ${emulatorFaults.length} listed emulator faults seen`,
  );
}

/** Compares the account with what it held before. @throws UserError when the destroy left something unexpected */
export async function checkLeftovers(
  steps: Steps,
  before: Parameters<typeof leftovers>[0],
  takeInventory: () => Promise<Parameters<typeof leftovers>[1]>,
): Promise<void> {
  await steps.run(
    "ask the API what is left",
    async () => {
      const left = leftovers(before, await takeInventory());
      for (const { kind, id, reason } of left.expected) steps.say(`   ${kind} ${id}: ${reason}`);
      if (left.unexpected.length > 0) {
        const items = left.unexpected.map(({ kind, id }) => `${kind} ${id}`).join(", ");
        throw new UserError(`The destroy left something behind: ${items}.`);
      }
      return left;
    },
    ({ expected }) => `nothing but ${expected.length} listed leftovers; they go with the emulator`,
  );
}
