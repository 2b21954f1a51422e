import type { App } from "cdktf";

import { type Environment, stackNames } from "../config";
import { PlatformStack } from "./platform-stack";
import { StateStack } from "./state-stack";

/** Builds every stack of an environment. */
export function buildStacks(app: App, environment: Environment): void {
  const names = stackNames(environment);
  new StateStack(app, names.state, environment);
  new PlatformStack(app, names.platform, environment);
}
