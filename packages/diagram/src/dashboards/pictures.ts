import { UserError } from "@dev-one/cli/user-error";
import { stackNamed, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, stackNames } from "../../../../src/environments";
import { problemsOf } from "../drawing/geometry";
import type { Scene } from "../drawing/scene";
import { toSvg } from "../drawing/svg";
import { modes } from "../drawing/theme";
import type { Family, Picture } from "../files";
import { type Resource, TerraformJson } from "../source/terraform-json";
import { pageOf } from "./layout/page";
import { sampleOf } from "./sample";
import { dashboardOf } from "./source/dashboard";
import { monitoringOf } from "./source/monitoring";

/** A PNG has 1.5 pixels per unit; the width in units is the width of a page. */
export const previews: Family = { subject: "a dashboard", scale: 1.5 };

/**
 * Every dashboard of an environment, in both themes.
 * @throws UserError when a dashboard cannot be drawn, or its picture is unreadable
 */
export function picturesOf(stacks: readonly SynthesizedStack[], environment: Environment): Picture[] {
  return scenesOf(stacks, environment).flatMap(({ name, scene }) =>
    modes.map((mode) => ({ name: mode === "dark" ? `${name}-dark` : name, svg: toSvg(scene, mode) })),
  );
}

/** The scenes of the pictures, by the names of their dashboards. */
export function scenesOf(
  stacks: readonly SynthesizedStack[],
  environment: Environment,
): { name: string; scene: Scene }[] {
  const stack = TerraformJson.of(stackNamed(stacks, stackNames(environment).monitoring));
  const context = { samples: sampleOf(environment), monitoring: monitoringOf(stack) };
  const dashboards = stack.all("datadog_dashboard_json");
  if (dashboards.length === 0)
    throw new UserError(`Stack ${stack.name} has no dashboards, so there is nothing to draw.`);
  return dashboards.map((resource) => {
    const name = nameOf(resource);
    const scene = pageOf(dashboardOf(resource), context);
    checkClear(name, scene);
    return { name, scene };
  });
}

/** The construct that contains a dashboard is named after its tier. */
function nameOf({ path }: Resource): string {
  return path.split("/").at(-2) ?? path;
}

function checkClear(name: string, scene: Scene): void {
  const [first, ...others] = problemsOf(scene);
  if (first === undefined) return;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new UserError(`The picture of the dashboard ${name} would not be clear: ${first}${more}`);
}
