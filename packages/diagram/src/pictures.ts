import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { PictureCommand } from "./command";
import type { NamedScene } from "./files";
import { monitoringScene } from "./layout/monitoring";
import { platformScene } from "./layout/platform";
import type { Notes } from "./source/coverage";
import { monitoringOf } from "./source/monitoring";
import { platformOf } from "./source/platform";

/** The environment of the README's pictures: their names have no suffix. */
const WITHOUT_SUFFIX = "production";

/** `npm run diagram`. Its directory has other files, too. */
export const diagrams: PictureCommand = {
  name: "npm run diagram",
  description: "Draws the architecture of every environment from its synthesized JSON, as SVG and PNG.",
  out: "docs",
  family: { names: /^(architecture|monitoring)(-.+)?\.(svg|png)$/, subject: "an environment" },
  shown: "what the configuration says",
  draw: scenesOf,
};

/** The scenes of every picture of a synthesis. @throws UserError when no stack has a VPC */
export function scenesOf(stacks: readonly SynthesizedStack[], notes: Notes): NamedScene[] {
  const read = stacks.map(({ name, json }) => fromSynthesis(name, json));
  const platforms = read.filter((stack) => stack.of("aws_vpc").length > 0);
  if (platforms.length === 0) {
    throw new UserError("No stack has a VPC, so there is nothing to draw; `npm run synth` writes the stacks.");
  }
  return platforms.flatMap((stack) => {
    const { name } = stack;
    const platform = platformOf(stack, notes);
    const suffix = name === WITHOUT_SUFFIX ? "" : `-${name}`;
    const monitoring = read.filter((each) => each.name === `${name}-monitoring`);
    return [
      { name: `architecture${suffix}`, scene: platformScene(platform) },
      ...monitoring.map((each) => {
        return { name: `monitoring${suffix}`, scene: monitoringScene(platform, monitoringOf(each, notes)) };
      }),
    ];
  });
}
