import { IntegrationOpsgenieServiceObject } from "@cdktf/provider-datadog/lib/integration-opsgenie-service-object";
import { IntegrationSlackChannel } from "@cdktf/provider-datadog/lib/integration-slack-channel";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

export interface NotificationsProps {
  /** Name of the Slack account in Datadog's integration. */
  readonly slackAccount: string;
  /** Slack channels with their `#`, by construct id. */
  readonly slackChannels: Readonly<Record<string, string>>;
  /** Opsgenie service for pages. @default no Opsgenie integration */
  readonly opsgenie?: { readonly service: string; readonly region: string } | undefined;
}

/**
 * Integrations for notifications: Slack channels, and Opsgenie where it pages. A person connects Datadog's app to the Slack
 * workspace once; Datadog On-Call needs no integration.
 */
export class Notifications extends Construct {
  constructor(scope: Construct, id: string, { slackAccount, slackChannels, opsgenie }: NotificationsProps) {
    super(scope, id);
    for (const [purpose, channel] of Object.entries(slackChannels)) {
      new IntegrationSlackChannel(this, `slack-${purpose}`, {
        accountName: slackAccount,
        channelName: channel,
        display: { message: true, notified: false, snapshot: true, tags: true, muteButtons: true },
      });
    }
    if (opsgenie !== undefined) {
      new IntegrationOpsgenieServiceObject(this, "opsgenie", {
        name: opsgenie.service,
        region: opsgenie.region,
        opsgenieApiKey: this.declareOpsgenieKey().stringValue,
      });
    }
  }

  /** Not ephemeral, because the provider stores the key in the state, which is encrypted. */
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
