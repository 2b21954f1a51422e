import type { App } from "cdktf";

import { type Environment, stackNames } from "../config";
import { MonitoringStack } from "./monitoring-stack";
import { PlatformStack } from "./platform-stack";
import { StateStack } from "./state-stack";

export { reportAdvice } from "./report-advice";

/** Builds every stack of an environment. `now` decides about advice only, never about what is built. */
export function buildStacks(app: App, environment: Environment, now = new Date()): void {
  const names = stackNames(environment);
  new StateStack(app, names.state, environment);
  new PlatformStack(app, names.platform, environment);
  new MonitoringStack(app, names.monitoring, environment, now);
}
