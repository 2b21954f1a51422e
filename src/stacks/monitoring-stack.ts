import type { Construct } from "constructs";

import { DATADOG_PROVIDER_VERSION, type Environment } from "../config";
import { DatadogAccess, Monitoring } from "../monitoring";
import { EnvironmentStack } from "./environment-stack";

/** `<env>-monitoring`: everything in Datadog. It finds the platform by names that are known at synthesis, and reads no state of it. */
export class MonitoringStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment, now: Date) {
    super(scope, id, environment);
    this.addOverride("terraform.required_providers.datadog.version", DATADOG_PROVIDER_VERSION);
    new DatadogAccess(this, "access", { environment });
    new Monitoring(this, "monitoring", { environment, now });
  }
}
