import { DescribeLaunchTemplateVersionsCommand, EC2Client } from "@aws-sdk/client-ec2";
import type { JsonObject } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import { launchTemplateOf, readUserData, type UserData } from "@dev-one/terraform-json/user-data";

import { client, type CloudOptions } from "./client";

/**
 * The user data of the next server, read from the cloud's API.
 * @throws UserError when it differs from the synthesized user data
 */
export async function readBootFiles(stack: JsonObject, options: CloudOptions): Promise<UserData> {
  const { name, userData: synthesized } = launchTemplateOf(stack);
  const command = new DescribeLaunchTemplateVersionsCommand({ LaunchTemplateName: name, Versions: ["$Default"] });
  const { LaunchTemplateVersions: [version] = [] } = await new EC2Client(client(options)).send(command);
  const deployed = version?.LaunchTemplateData?.UserData;
  if (deployed !== synthesized) {
    throw new UserError(`The launch template ${name} carries other user data than what was synthesized.`);
  }
  return readUserData(deployed);
}
