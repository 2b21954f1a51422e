import { readFileSync } from "node:fs";
import { resolve } from "node:path";

import { datadogAccountId } from "../../src/config";
import { fixture, sandbox } from "../fixtures/environment";
import { otherMonitoring } from "../fixtures/variants";
import { statements } from "../support/policies";
import { synthesize, synthesizeTogether } from "../support/synthesis";

describe("Datadog's access to AWS", () => {
  const { monitoring } = synthesize(fixture);
  const role = monitoring.only("aws_iam_role");
  const account = monitoring.only("datadog_integration_aws_account");
  const externalId = monitoring.only("datadog_integration_aws_external_id");

  test("is a role that only Datadog's account may assume, with the external id of the integration", () => {
    expect(statements(role.values.assume_role_policy)).toEqual([
      {
        Effect: "Allow",
        Principal: { AWS: "arn:aws:iam::464622532012:root" },
        Action: ["sts:AssumeRole"],
        Condition: { StringEquals: { "sts:ExternalId": `${externalId.address}.id` } },
      },
    ]);
  });

  test("is configured in Datadog with the same role and external id", () => {
    const { auth_config: auth } = account.values as { auth_config: { aws_auth_config_role: Record<string, string> } };
    expect(monitoring.target(auth.aws_auth_config_role.role_name)).toBe(role);
    expect(monitoring.target(auth.aws_auth_config_role.external_id)).toBe(externalId);
  });

  test("allows read actions only", () => {
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

  test("lists namespaces in the order in which Datadog's API returns them, so that a second plan is empty", () => {
    const list = resolve(__dirname, "../../packages/local-cloud/src/datadog-stand-in/resources/namespaces.json");
    const order = JSON.parse(readFileSync(list, "utf8")) as string[];
    const { namespace_filters: filters } = account.values.metrics_config as {
      namespace_filters: { include_only: string[] };
    };
    expect(order.filter((name) => filters.include_only.includes(name))).toEqual(filters.include_only);
  });

  test("has all six blocks of the integration, and collects the monitored namespaces of one region", () => {
    expect(account.values).toMatchObject({
      aws_account_id: "210987654321",
      aws_partition: "aws",
      account_tags: ["env:fixture", "project:dev-one"],
      aws_regions: { include_only: ["us-east-2"] },
      logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
      resources_config: { cloud_security_posture_management_collection: false, extended_collection: false },
      traces_config: { xray_services: { include_only: [] } },
      metrics_config: {
        enabled: true,
        // A server that scaling terminated is no outage.
        automute_enabled: true,
        namespace_filters: {
          include_only: ["ApplicationELB", "AutoScaling", "EC2", "NATGateway", "RDS", "RDS/Proxy"].map(
            (each) => `AWS/${each}`,
          ),
        },
      },
    });
  });

  test.each([
    ["ap1.datadoghq.com", "417141415827"],
    ["ap2.datadoghq.com", "412381753143"],
    ["datadoghq.eu", "464622532012"],
  ])("is for the account of the site %s", (site, expected) => {
    expect(datadogAccountId({ ...fixture, datadog: { ...fixture.datadog, site } })).toBe(expected);
  });

  test("is for the account that the configuration names, where it names one", () => {
    const { monitoring: other } = synthesize(otherMonitoring);
    const trusted = statements(other.only("aws_iam_role").values.assume_role_policy);
    expect(trusted[0]?.Principal).toEqual({ AWS: "arn:aws:iam::123456789012:root" });
  });
});

describe("Slack", () => {
  test("has channels of alerts and warnings, named after the environment", () => {
    const { monitoring } = synthesize(sandbox);
    const channels = monitoring.resources("datadog_integration_slack_channel").map(({ values }) => values);
    expect(channels).toEqual(
      ["#dev-one-sandbox-alerts", "#dev-one-sandbox-warnings"].map((channel) => ({
        account_name: "acme",
        channel_name: channel,
        display: { message: true, notified: false, snapshot: true, tags: true, mute_buttons: true },
      })),
    );
  });

  test("has the channels that the configuration names, and monitors notify them", () => {
    const { monitoring } = synthesize(otherMonitoring);
    const channels = monitoring.resources("datadog_integration_slack_channel").map(({ values }) => values);
    expect(channels).toContainEqual(
      expect.objectContaining({ account_name: "umbrella", channel_name: "#night-shift" }),
    );
    expect(monitoring.json).toContain("{{#is_alert}}@slack-umbrella-night-shift{{/is_alert}}");
  });
});

describe("the provider of Datadog", () => {
  test("has the version of its bindings and the API of the environment's site", () => {
    const { document } = synthesize(fixture).monitoring;
    expect(document.terraform.required_providers).toMatchObject({
      datadog: { source: "DataDog/datadog", version: "3.82.0" },
    });
    expect(document.provider?.datadog).toEqual([
      {
        api_url: "https://api.us5.datadoghq.com",
        api_key: "${var.datadog_api_key}",
        app_key: "${var.datadog_app_key}",
      },
    ]);
  });

  test("has its keys in ephemeral variables that are validated by name", () => {
    const { document } = synthesize(fixture).monitoring;
    const names = (variables: object = {}) => Object.keys(variables).sort();
    expect(names(document.variable)).toEqual(["datadog_api_key", "datadog_app_key", "opsgenie_api_key"]);
    // The sandbox has no pages.
    expect(names(synthesize(sandbox).monitoring.document.variable)).toEqual(["datadog_api_key", "datadog_app_key"]);
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
});

describe("maintenance", () => {
  const downtimes = synthesize(otherMonitoring).monitoring.resources("datadog_downtime_schedule");
  const of = (name: string) => downtimes.filter(({ path }) => path.startsWith(`monitoring/maintenance/${name}/`));
  const tiersOf = (name: string) =>
    of(name)
      .map(({ values }) => (values.monitor_identifier as { monitor_tags: string[] }).monitor_tags.at(-1))
      .sort();

  test("has no downtime unless one is configured", () => {
    expect(synthesize(fixture).monitoring.resources("datadog_downtime_schedule")).toEqual([]);
  });

  // A composite monitor does not inherit a downtime from its members.
  test("mutes the monitors of its tiers, and the page only where it mutes all tiers", () => {
    expect(tiersOf("upgrade")).toEqual(["tier:data", "tier:servers"]);
    expect(tiersOf("database-updates")).toEqual(["tier:data"]);
    expect(tiersOf("move")).toEqual(["tier:application", "tier:data", "tier:page", "tier:servers"]);
    expect(of("upgrade").find(({ path }) => path.endsWith("/data"))?.values).toMatchObject({
      scope: "*",
      mute_first_recovery_notification: true,
      message: "PostgreSQL 16.5 to 16.6",
      monitor_identifier: { monitor_tags: ["env:pre-prod", "project:dev-one", "tier:data"] },
      one_time_schedule: { start: "2027-02-28T22:00:00Z", end: "2027-02-28T23:00:00Z" },
      notify_end_states: ["alert", "no data"],
    });
  });

  const startsOn = (day: string) =>
    synthesizeTogether([otherMonitoring], day)
      .flatMap(({ monitoring }) => monitoring.resources("datadog_downtime_schedule"))
      .filter(({ path }) => path.startsWith("monitoring/maintenance/database-updates/"))
      .map(({ values }) => values.recurring_schedule);
  const weekly = (start: string) => ({
    timezone: "UTC",
    recurrence: [{ rrule: "FREQ=WEEKLY;INTERVAL=1", duration: "60m", start }],
  });

  // Datadog refuses to create a schedule that starts in the past.
  test.each([
    ["2026-04-04", "2027-01-03T03:30:00"],
    ["2027-01-03T03:30:00Z", "2027-01-03T03:30:00"],
    ["2027-01-03T03:30:01Z", "2027-01-10T03:30:00"],
    ["2027-06-01", "2027-06-06T03:30:00"],
  ])("can repeat every week, at the time of the first; on %s the next start is %s", (day, start) => {
    expect(startsOn(day)).toEqual([weekly(start)]);
  });

  // Otherwise every plan after a week would change it. Another time is another address, and so another downtime.
  test("is not changed when only the date of the next start is another one", () => {
    expect(of("database-updates").map(({ path, values }) => [path, values.lifecycle])).toEqual([
      [
        "monitoring/maintenance/database-updates/data-sun-0330",
        { ignore_changes: ["recurring_schedule.recurrence[0].start"] },
      ],
    ]);
  });
});
