import { IntegrationOpsgenieServiceObject } from "@cdktf/provider-datadog/lib/integration-opsgenie-service-object";
import { IntegrationSlackChannel } from "@cdktf/provider-datadog/lib/integration-slack-channel";
import { TerraformVariable } from "cdktf";
import { Construct } from "constructs";

export interface NotificationsProps {
  /** Name of the Slack account in Datadog's integration. */
  readonly slackAccount: string;
  /** Slack channels with their `#`, by construct id. */
  readonly slackChannels: Readonly<Record<string, string>>;
  /** Opsgenie services for pages, by construct id. */
  readonly opsgenie: Readonly<Record<string, { readonly service: string; readonly region: string }>>;
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
    for (const [id, { service, region }] of Object.entries(opsgenie)) {
      new IntegrationOpsgenieServiceObject(this, id, {
        name: service,
        region,
        opsgenieApiKey: this.declareOpsgenieKey(id.replace("opsgenie", "opsgenie_api_key").replaceAll("-", "_"))
          .stringValue,
      });
    }
  }

  /** Not ephemeral, because the provider stores the key in the state, which is encrypted. */
  private declareOpsgenieKey(name: string): TerraformVariable {
    const variable = new TerraformVariable(this, name, {
      type: "string",
      description: "API key of Opsgenie's Datadog integration: a UUID.",
      sensitive: true,
      nullable: false,
    });
    variable.overrideLogicalId(name);
    variable.addValidation({
      condition: `\${can(regex("^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$", var.${name}))}`,
      errorMessage: `${name} must be a UUID in lower case, as Opsgenie shows it under Settings, Integrations, Datadog.`,
    });
    return variable;
  }
}
