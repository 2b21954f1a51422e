import { UserError } from "@dev-one/cli/user-error";
import { fromSynthesis } from "@dev-one/terraform-json/resources";
import { stackNamed, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments, stackNames } from "../../../../src/environments";
import type { PictureCommand } from "../command";
import type { NamedScene } from "../files";
import type { Notes } from "../source/coverage";
import { pageOf } from "./layout/page";
import { sampleOf } from "./sample";
import { dashboardOf } from "./source/dashboard";
import { monitoringOf } from "./source/monitoring";

/** `npm run dashboards`. A PNG has 1.5 pixels per unit; the width in units is the width of a page. */
export const previews: PictureCommand = {
  name: "npm run dashboards",
  description: "Draws the dashboards of an environment from their synthesized JSON with sample data, as SVG and PNG.",
  out: "docs/dashboards",
  family: { subject: "a dashboard", scale: 1.5 },
  shown: "what the dashboards say",
  environment: "production",
  draw: (stacks, notes, name) => scenesOf(stacks, environmentNamed(name), notes),
};

function environmentNamed(name: string): Environment {
  const found = environments.find((each) => each.name === name);
  if (found !== undefined) return found;
  throw new UserError(
    `There is no environment ${name}; there are ${environments.map((each) => each.name).join(", ")}.`,
  );
}

/** The scenes of an environment's dashboards, by their names. @throws UserError when there is none */
export function scenesOf(stacks: readonly SynthesizedStack[], environment: Environment, notes: Notes): NamedScene[] {
  const { name, json } = stackNamed(stacks, stackNames(environment).monitoring);
  const stack = fromSynthesis(name, json);
  const context = { samples: sampleOf(environment), monitoring: monitoringOf(stack), notes };
  const dashboards = stack.of("datadog_dashboard_json");
  if (dashboards.length === 0) throw new UserError(`Stack ${name} has no dashboards, so there is nothing to draw.`);
  return dashboards.flatMap((resource) => {
    const dashboard = dashboardOf(resource, notes);
    if (dashboard === undefined) return [];
    // The construct that contains a dashboard is named after its tier.
    return [{ name: resource.path.split("/").at(-2) ?? resource.path, scene: pageOf(dashboard, context) }];
  });
}
