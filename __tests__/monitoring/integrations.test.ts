import "../support/matchers";

import { IntegrationAwsAccount } from "@cdktf/provider-datadog/lib/integration-aws-account";
import { IntegrationSlackChannel } from "@cdktf/provider-datadog/lib/integration-slack-channel";

import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { productionWith, stagingWith } from "../support/environments";
import { statements } from "../support/policies";
import { synthesize } from "../support/synthesis";

describe("Datadog's way into AWS", () => {
  const { monitoring } = synthesize(production);
  const role = monitoring.only("aws_iam_role");
  const account = monitoring.only("datadog_integration_aws_account");
  const externalId = monitoring.only("datadog_integration_aws_external_id");

  test("is a role that Datadog's account may assume, with the external id that Datadog gave us, and nobody else", () => {
    expect(statements(role.values.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::464622532012:root" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "sts:ExternalId": `${externalId.address}.id` } },
      },
    ]);
  });

  test("names role and external id on Datadog's side, too", () => {
    const { auth_config: auth } = account.values as { auth_config: { aws_auth_config_role: Record<string, string> } };
    expect(monitoring.target(auth.aws_auth_config_role.role_name)).toBe(role);
    expect(monitoring.target(auth.aws_auth_config_role.external_id)).toBe(externalId);
  });

  test("reads, and changes nothing", () => {
    const [statement, ...others] = statements(monitoring.only("aws_iam_role_policy").values.policy);
    expect(others).toEqual([]);
    for (const action of statement?.Action ?? []) expect(action).toMatch(/^[a-z0-9]+:(Get|List|Describe)[A-Za-z]+$/);
    // The metrics, and the tags and names by which monitors find them.
    expect(statement?.Action).toEqual(
      expect.arrayContaining([
        ...["cloudwatch:GetMetricData", "cloudwatch:ListMetrics", "tag:GetResources"],
        ...["autoscaling:DescribeAutoScalingGroups", "ec2:DescribeNatGateways", "ec2:DescribeTags"],
        ...["elasticloadbalancing:DescribeLoadBalancers", "elasticloadbalancing:DescribeTags"],
        ...["rds:DescribeDBInstances", "rds:DescribeDBProxies", "rds:ListTagsForResource"],
      ]),
    );
  });

  test("says all six blocks, and collects what is watched, in one region", () => {
    expect(monitoring.json).toHaveResourceWithProperties(IntegrationAwsAccount, {
      aws_account_id: "444455556666",
      aws_partition: "aws",
      account_tags: ["env:production", "project:dev-one"],
      aws_regions: { include_only: ["us-east-1"] },
      logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
      resources_config: { cloud_security_posture_management_collection: false, extended_collection: false },
      traces_config: { xray_services: { include_only: [] } },
    });
    const { metrics_config: metrics } = account.values as {
      metrics_config: { namespace_filters: { include_only: string[] } };
    };
    // A server that scaling terminated is no outage.
    expect(metrics).toMatchObject({ enabled: true, automute_enabled: true });
    expect(metrics.namespace_filters.include_only).toEqual([
      "AWS/ApplicationELB",
      "AWS/AutoScaling",
      "AWS/EC2",
      "AWS/NATGateway",
      "AWS/RDS",
      "AWS/RDS/Proxy",
    ]);
  });

  test.each([
    ["ap1.datadoghq.com", "417141415827"],
    ["ap2.datadoghq.com", "412381753143"],
    ["datadoghq.eu", "464622532012"],
  ])("trusts the account of %s", (site, expected) => {
    const trusted = statements(
      synthesize(productionWith({ site })).monitoring.only("aws_iam_role").values.assume_role_policy,
    );
    expect(trusted[0]?.Principal).toEqual({ AWS: `arn:aws:iam::${expected}:root` });
  });

  test("trusts the account that the configuration names instead", () => {
    const named = productionWith({ site: "uk1.datadoghq.com", awsAccountId: "123456789012" });
    const trusted = statements(synthesize(named).monitoring.only("aws_iam_role").values.assume_role_policy);
    expect(trusted[0]?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
  });
});

describe("Slack", () => {
  test("has a channel for alerts and one for warnings, named after the environment", () => {
    const { monitoring } = synthesize(staging);
    expect(monitoring.resources("datadog_integration_slack_channel")).toHaveLength(2);
    for (const channel of ["#dev-one-staging-alerts", "#dev-one-staging-warnings"]) {
      expect(monitoring.json).toHaveResourceWithProperties(IntegrationSlackChannel, {
        account_name: "dev-one",
        channel_name: channel,
        display: { message: true, notified: false, snapshot: true, tags: true, mute_buttons: true },
      });
    }
  });

  test("channels of the configuration are made, and written to", () => {
    const { monitoring } = synthesize(stagingWith({ datadog: { slack: { account: "acme", alerts: "#rehearsals" } } }));
    expect(monitoring.json).toHaveResourceWithProperties(IntegrationSlackChannel, {
      account_name: "acme",
      channel_name: "#rehearsals",
    });
    expect(monitoring.json).toContain("{{#is_alert}}@slack-acme-rehearsals{{/is_alert}}");
  });
});

describe("the provider", () => {
  test("is pinned to the version of its bindings, and talks to the environment's site", () => {
    const { document } = synthesize(productionWith({ site: "us3.datadoghq.com" })).monitoring;
    expect(document.terraform.required_providers).toMatchObject({
      datadog: { source: "DataDog/datadog", version: "3.82.0" },
    });
    expect(document.provider?.datadog).toEqual([
      {
        api_url: "https://api.us3.datadoghq.com",
        api_key: "${var.datadog_api_key}",
        app_key: "${var.datadog_app_key}",
      },
    ]);
  });

  test("gets keys that are in no state and no plan, and are refused by name unless they look like keys", () => {
    const { document } = synthesize(production).monitoring;
    expect(Object.keys(document.variable ?? {}).sort()).toEqual([
      "datadog_api_key",
      "datadog_app_key",
      "opsgenie_api_key",
    ]);
    for (const [name, variable] of Object.entries(document.variable ?? {})) {
      expect(variable).toMatchObject({ type: "string", sensitive: true, nullable: false });
      expect(variable).not.toHaveProperty("default");
      // Opsgenie's key is an argument, which the provider keeps in its encrypted state.
      expect(variable.ephemeral).toBe(name.startsWith("datadog") ? true : undefined);
      const [validation] = variable.validation as { condition: string; error_message: string }[];
      expect(validation?.condition).toContain(`var.${name}`);
      expect(validation?.error_message).toMatch(new RegExp(`^${name} must be [^.]+\\.$`));
    }
  });

  test("needs no key of Opsgenie where nobody is paged by it", () => {
    expect(Object.keys(synthesize(staging).monitoring.document.variable ?? {})).toEqual([
      "datadog_api_key",
      "datadog_app_key",
    ]);
  });
});

describe("planned work", () => {
  const planned = (tiers?: ("servers" | "application" | "data")[]) =>
    synthesize(
      productionWith({
        maintenance: {
          upgrade: {
            reason: "PostgreSQL 17.5 to 17.6",
            ...(tiers === undefined ? {} : { tiers }),
            window: { kind: "once", start: "2027-01-31T22:00:00Z", end: "2027-01-31T23:00:00Z" },
          },
        },
      }),
    ).monitoring.resources("datadog_downtime_schedule");
  const tags = (resources: ReturnType<typeof planned>) =>
    resources.map(({ values }) => (values.monitor_identifier as { monitor_tags: string[] }).monitor_tags.at(-1)).sort();

  test("is none unless somebody plans some", () => {
    expect(synthesize(production).monitoring.resources("datadog_downtime_schedule")).toEqual([]);
  });

  test("silences the monitors of the tiers that are worked on, and the page does not care", () => {
    const resources = planned(["data"]);
    expect(resources.map(({ path }) => path)).toEqual(["monitoring/maintenance/upgrade/data"]);
    expect(resources[0]?.values).toMatchObject({
      scope: "*",
      mute_first_recovery_notification: true,
      message: "PostgreSQL 17.5 to 17.6",
      monitor_identifier: { monitor_tags: ["env:production", "project:dev-one", "tier:data"] },
      one_time_schedule: { start: "2027-01-31T22:00:00Z", end: "2027-01-31T23:00:00Z" },
      notify_end_states: ["alert", "no data"],
    });
  });

  test("of everything silences the page as well, which inherits nothing from its members", () => {
    expect(tags(planned())).toEqual(["tier:application", "tier:data", "tier:page", "tier:servers"]);
    expect(tags(planned(["servers", "data"]))).toEqual(["tier:data", "tier:servers"]);
  });

  test("may come back every week, at the time of the first", () => {
    const weekly = productionWith({
      maintenance: {
        "database-updates": {
          reason: "Minor versions of PostgreSQL",
          tiers: ["data"],
          window: { kind: "weekly", first: "2027-01-03T03:30:00Z", minutes: 60 },
        },
      },
    });
    expect(synthesize(weekly).monitoring.only("datadog_downtime_schedule").values.recurring_schedule).toEqual({
      timezone: "UTC",
      recurrence: [{ rrule: "FREQ=WEEKLY;INTERVAL=1", duration: "60m", start: "2027-01-03T03:30:00" }],
    });
  });
});
