import { stackNamed, type SynthesizedStack } from "@dev-one/terraform-json/synthesis";

import { type Environment, environments, stackNames } from "../../../src/environments";
import { readMonitors } from "./evaluator/monitor";
import { failures } from "./failures";
import { type Environmental, outcomeOf } from "./outcome";
import { designOf } from "./platform/design";
import type { Trial } from "./report/document";

/** Every failure in every environment, the environment that pages first. @throws UserError when a stack is missing or has no model */
export function trialsOf(stacks: readonly SynthesizedStack[]): Trial[] {
  const pagesFirst = [...environments].sort((one, other) => Number(pages(other)) - Number(pages(one)));
  return pagesFirst.map((environment) => {
    const tried = environmentalOf(environment, stacks);
    return { environment: environment.name, outcomes: failures.map((failure) => outcomeOf(failure, tried)) };
  });
}

function environmentalOf(environment: Environment, stacks: readonly SynthesizedStack[]): Environmental {
  const names = stackNames(environment);
  return {
    design: designOf(environment, stackNamed(stacks, names.platform).json),
    monitors: readMonitors(stackNamed(stacks, names.monitoring).json),
  };
}

function pages({ datadog }: Environment): boolean {
  return datadog.paging.kind !== "none";
}
