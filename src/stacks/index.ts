import type { App } from "cdktf";

import { type Environment, stackNames } from "../config";
import { MonitoringStack } from "./monitoring-stack";
import { PlatformStack } from "./platform-stack";
import { StateStack } from "./state-stack";

export { reportAdvice } from "./report-advice";

/** Builds every stack of an environment. `now` has an effect on advice, and on the next start of weekly maintenance. */
export function buildStacks(app: App, environment: Environment, now = new Date()): void {
  const names = stackNames(environment);
  new StateStack(app, names.state, environment);
  new PlatformStack(app, names.platform, environment);
  new MonitoringStack(app, names.monitoring, environment, now);
}
