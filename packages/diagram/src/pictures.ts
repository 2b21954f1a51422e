import { objectAt } from "@dev-one/cli/json";
import { UserError } from "@dev-one/cli/user-error";
import type { SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { problemsOf } from "./drawing/geometry";
import type { Scene } from "./drawing/scene";
import { toSvg } from "./drawing/svg";
import { modes } from "./drawing/theme";
import type { Family, Picture } from "./files";
import { monitoringScene } from "./layout/monitoring";
import { platformScene } from "./layout/platform";
import { platformOf } from "./source/model";
import { monitoringOf } from "./source/monitoring";
import { TerraformJson } from "./source/terraform-json";

/** The environment of the README's pictures: their names have no suffix. */
const WITHOUT_SUFFIX = "production";

/** The pictures of environments, in a directory with other files. */
export const diagrams: Family = { names: /^(architecture|monitoring)(-.+)?\.(svg|png)$/, subject: "an environment" };

/**
 * Every picture of a synthesis.
 * @throws UserError when a stack cannot be drawn, or its picture is unreadable
 */
export function picturesOf(stacks: readonly SynthesizedStack[]): Picture[] {
  const platforms = stacks.filter(({ json }) => objectAt(json, "resource", "aws_vpc") !== undefined);
  if (platforms.length === 0) {
    throw new UserError("No stack has a VPC, so there is nothing to draw; `npm run synth` writes the stacks.");
  }
  return platforms.flatMap((stack) => {
    const platform = platformOf(TerraformJson.of(stack));
    const monitoring = stacks.find(({ name }) => name === `${stack.name}-monitoring`);
    return [
      ...drawn("architecture", stack.name, platformScene(platform)),
      ...(monitoring === undefined
        ? []
        : drawn("monitoring", stack.name, monitoringScene(platform, monitoringOf(TerraformJson.of(monitoring))))),
    ];
  });
}

/** A picture in both themes. */
function drawn(kind: string, environment: string, scene: Scene): Picture[] {
  checkClear(kind, environment, scene);
  const name = environment === WITHOUT_SUFFIX ? kind : `${kind}-${environment}`;
  return modes.map((mode) => ({ name: mode === "dark" ? `${name}-dark` : name, svg: toSvg(scene, mode) }));
}

function checkClear(kind: string, environment: string, scene: Scene): void {
  const [first, ...others] = problemsOf(scene);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new UserError(`The picture ${kind}-${environment} would not be clear: ${first}${more}`);
}
