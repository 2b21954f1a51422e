import { DescribeLaunchTemplateVersionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";
import { launchTemplatesOf, readUserData } from "@dev-one/terraform-json/user-data";

import type { Environment } from "../../../src/environments";
import type { Deployment } from "./deployment";
import { type Item, leftovers } from "./leftovers";
import { describeChanges } from "./second-plan";
import type { Steps } from "./steps";
import { client, type CloudOptions } from "./table/client";
import { differences, printedTable } from "./table/comparison";
import { readFleet } from "./table/fleet";
import { readServiceFiles } from "./table/service-files";

/** Reads the servers' addresses from the cloud's API. @throws UserError when one differs from the address table */
export async function checkAddressTable(steps: Steps, environment: Environment, url: string): Promise<void> {
  await steps.run(
    "read the address table back",
    async () => {
      const servers = await readFleet(environment.domain, { url, region: environment.region });
      steps.say(printedTable(environment, servers));
      const wrong = differences(environment, servers);
      if (wrong.length > 0) throw new UserError(`The address table is not the configured one: ${wrong.join("; ")}.`);
      return servers;
    },
    (servers) => {
      const named = servers.filter(({ name }) => name !== undefined).length;
      const others = servers.length - named;
      return `${named} servers, every one at its address${others === 0 ? "" : `, and ${others} of other groups`}`;
    },
  );
}

/**
 * Reads the user data of the next server, and the objects that it leads to, from the cloud's API.
 * @throws UserError when it differs from the synthesized one, or an object has another hash
 */
export async function checkBootFiles(steps: Steps, { json }: SynthesizedStack, options: CloudOptions): Promise<void> {
  await steps.run(
    "read the servers' boot files back",
    async () => {
      const objects = fromSynthesis("synthesized", json).of("aws_s3_object");
      const created = new Set(objects.flatMap((object) => object.template("key") ?? []));
      const templates = launchTemplatesOf(json).map(async ({ name, userData }) => {
        const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: name, Versions: ["$Default"] });
        const { LaunchTemplateVersions: [version] = [] } = await new EC2Client(client(options)).send(command);
        if (version?.LaunchTemplateData?.UserData !== userData) {
          throw new UserError(`The launch template ${name} carries other user data than what was synthesized.`);
        }
        const { files, size } = readUserData(userData);
        const { read, ofPipelines } = await readServiceFiles(files, created, options);
        const others = ofPipelines.map((key) => `; not checked: ${key}, which the service's pipeline uploads`);
        return `${files.length} files in ${size} bytes of user data, as synthesized, and ${read.join(", ")} in S3${others.join("")}`;
      });
      return (await Promise.all(templates)).join("; ");
    },
    (read) => read,
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
  before: readonly Item[],
  takeInventory: () => Promise<Item[]>,
): Promise<void> {
  await steps.run(
    "ask the API what is left",
    async () => {
      const left = leftovers(before, await takeInventory());
      const expected = left.filter(({ reason }) => reason !== undefined);
      for (const { kind, id, reason } of expected) steps.say(`   ${kind} ${id}: ${reason}`);
      const unexpected = left.filter(({ reason }) => reason === undefined).map(({ kind, id }) => `${kind} ${id}`);
      if (unexpected.length > 0) throw new UserError(`The destroy left something behind: ${unexpected.join(", ")}.`);
      return expected.length;
    },
    (count) => `nothing but ${count} listed leftovers; they go with the emulator`,
  );
}
