import { DatadogProvider } from "@cdktf/provider-datadog/lib/provider";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

export interface DatadogAccessProps {
  /** Datadog site, such as `datadoghq.com`. */
  readonly site: string;
}

/** The Datadog provider. Its keys are ephemeral variables, so they are neither in the state nor in a plan. */
export class DatadogAccess extends Construct {
  constructor(scope: Construct, id: string, { site }: DatadogAccessProps) {
    super(scope, id);
    new DatadogProvider(this, "datadog", {
      apiUrl: `https://api.${site}`,
      apiKey: this.declareKey("datadog_api_key", "API key of Datadog", 32, "API Keys"),
      appKey: this.declareKey("datadog_app_key", "Application key of Datadog", 40, "Application Keys"),
    });
  }

  private declareKey(name: string, what: string, digits: number, page: string): string {
    const variable = new TerraformVariable(this, name, {
      type: "string",
      description: `${what}: ${digits} hexadecimal digits.`,
      sensitive: true,
      nullable: false,
    });
    variable.overrideLogicalId(name);
    variable.addOverride("ephemeral", true);
    variable.addValidation({
      condition: `\${can(regex("^[0-9a-f]{${digits}}$", var.${name}))}`,
      errorMessage: `${name} must be ${digits} hexadecimal digits in lower case, as Datadog shows it under Organization Settings, ${page}.`,
    });
    return variable.stringValue;
  }
}
