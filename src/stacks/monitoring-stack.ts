import type { Construct } from "constructs";

import { DATADOG_PROVIDER_VERSION, type Environment } from "../config";
import { DatadogAccess, Monitoring } from "../monitoring";
import { EnvironmentStack } from "./environment-stack";

/** `<env>-monitoring`: everything in Datadog. It refers to the platform by names that are known at synthesis, not by its state. */
export class MonitoringStack extends EnvironmentStack {
  constructor(scope: Construct, id: string, environment: Environment, now: Date) {
    super(scope, id, environment);
    this.addOverride("terraform.required_providers.datadog.version", DATADOG_PROVIDER_VERSION);
    new DatadogAccess(this, "access", { site: environment.datadog.site });
    new Monitoring(this, "monitoring", { environment, now });
  }
}
