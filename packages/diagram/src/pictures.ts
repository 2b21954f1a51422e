import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import type { PictureCommand } from "./command";
import type { Scene } from "./drawing/scene";
import { inBothThemes, type Picture } from "./files";
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
  draw: picturesOf,
};

/** Every picture of a synthesis. @throws UserError when no stack has a VPC */
export function picturesOf(stacks: readonly SynthesizedStack[], notes: Notes): Picture[] {
  return scenesOf(stacks, notes).flatMap((scene) => inBothThemes(scene, notes));
}

/** The scenes of the pictures, by their names. */
export function scenesOf(stacks: readonly SynthesizedStack[], notes: Notes): { name: string; scene: Scene }[] {
  const read = stacks.map(({ name, json }) => fromSynthesis(name, json));
  const platforms = read.filter((stack) => stack.of("aws_vpc").length > 0);
  if (platforms.length === 0) {
    throw new UserError("No stack has a VPC, so there is nothing to draw; `npm run synth` writes the stacks.");
  }
  return platforms.flatMap((stack) => {
    const { name } = stack;
    const platform = platformOf(stack, notes);
    const monitoring = read.find((each) => each.name === `${name}-monitoring`);
    const suffix = name === WITHOUT_SUFFIX ? "" : `-${name}`;
    const scenes = [{ name: `architecture${suffix}`, scene: platformScene(platform) }];
    if (monitoring === undefined) return scenes;
    const facts = monitoringOf(monitoring, notes);
    return [...scenes, { name: `monitoring${suffix}`, scene: monitoringScene(platform, facts) }];
  });
}
