import { IntegrationOpsgenieServiceObject } from "@cdktf/provider-datadog/lib/integration-opsgenie-service-object";
import { IntegrationSlackChannel } from "@cdktf/provider-datadog/lib/integration-slack-channel";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

import { type Environment, slackChannels } from "../config";

export interface NotificationsProps {
  readonly environment: Environment;
}

/**
 * The ways out of Datadog: Slack channels, and Opsgenie where it pages. Datadog's app is let into the Slack workspace by hand, once;
 * Datadog On-Call needs nothing here.
 */
export class Notifications extends Construct {
  constructor(scope: Construct, id: string, { environment }: NotificationsProps) {
    super(scope, id);
    for (const [purpose, channel] of Object.entries(slackChannels(environment))) {
      new IntegrationSlackChannel(this, `slack-${purpose}`, {
        accountName: environment.datadog.slack.account,
        channelName: channel,
        display: { message: true, notified: false, snapshot: true, tags: true, muteButtons: true },
      });
    }
    const { paging } = environment.datadog;
    if (paging.kind === "opsgenie") {
      new IntegrationOpsgenieServiceObject(this, "opsgenie", {
        name: paging.service,
        region: paging.region,
        opsgenieApiKey: this.declareOpsgenieKey().stringValue,
      });
    }
  }

  /** Not ephemeral: the provider keeps what it wrote in its state, which is encrypted. */
  private declareOpsgenieKey(): TerraformVariable {
    const variable = new TerraformVariable(this, "opsgenie_api_key", {
      type: "string",
      description: "API key of Opsgenie's Datadog integration: a UUID.",
      sensitive: true,
      nullable: false,
    });
    variable.overrideLogicalId("opsgenie_api_key");
    variable.addValidation({
      condition: '${can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.opsgenie_api_key))}',
      errorMessage:
        "opsgenie_api_key must be a UUID in lower case, as Opsgenie shows it under Settings, Integrations, Datadog.",
    });
    return variable;
  }
}
