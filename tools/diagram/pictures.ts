import { objectAt } from "../json";
import type { SynthesizedStack } from "../synthesis";
import { UserError } from "../user-error";
import { problemsOf } from "./drawing/geometry";
import type { Scene } from "./drawing/scene";
import { toSvg } from "./drawing/svg";
import { modes } from "./drawing/theme";
import { platformScene } from "./layout/platform";
import { platformOf } from "./source/model";
import { TerraformJson } from "./source/terraform-json";

/** The environment that the README shows. */
const SHOWN = "production";

export interface Picture {
  /** File name without its ending, such as `architecture-staging-dark`. */
  readonly name: string;
  readonly svg: string;
}

/** What the names of pictures look like. */
export const pictureName = /^architecture(-.+)?\.(svg|png)$/;

/**
 * Every picture of a synthesis.
 * @throws UserError when a stack cannot be drawn, or not clearly
 */
export function picturesOf(stacks: readonly SynthesizedStack[]): Picture[] {
  const platforms = stacks.filter(({ json }) => objectAt(json, "resource", "aws_vpc") !== undefined);
  if (platforms.length === 0) {
    throw new UserError("No stack has a VPC, so there is nothing to draw; `npm run synth` writes the stacks.");
  }
  return platforms.flatMap((stack) => {
    const scene = platformScene(platformOf(TerraformJson.of(stack)));
    checkClear(scene, stack.name);
    const names = [`architecture-${stack.name}`, ...(stack.name === SHOWN ? ["architecture"] : [])];
    return modes.flatMap((mode) => {
      const svg = toSvg(scene, mode);
      return names.map((name) => ({ name: mode === "dark" ? `${name}-dark` : name, svg }));
    });
  });
}

function checkClear(scene: Scene, stack: string): void {
  const [first, ...others] = problemsOf(scene);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new UserError(`The picture of stack ${stack} would not be clear: ${first}${more}`);
}
