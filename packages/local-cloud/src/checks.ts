import { UserError } from "@dev-one/cli/user-error";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { Environment } from "../../../src/environments";
import type { Deployment } from "./deployment";
import { leftovers } from "./leftovers/leftovers";
import { describeChanges } from "./second-plan";
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

/** Plans a deployed stack again. @throws UserError when the plan has changes */
export async function checkSecondPlan(steps: Steps, name: string, deployment: Deployment): Promise<void> {
  await steps.run(
    `plan ${name} again`,
    async () => {
      const changes = describeChanges(await deployment.plan());
      if (changes.length > 0) throw new UserError(`The second plan of ${name} is not empty: ${changes.join("; ")}.`);
    },
    () => "no change",
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
