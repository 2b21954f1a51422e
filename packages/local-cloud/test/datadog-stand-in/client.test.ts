// The client takes object literals where its types are classes; its documentation does so throughout.
/* eslint-disable @typescript-eslint/no-unsafe-class-instance-assignment */
import { client, v1, v2 } from "@datadog/datadog-api-client";

import { DatadogApi } from "../../src/datadog-stand-in";

// Datadog's client parses every response with its models, which match those of the provider's client.

let api: DatadogApi;
let configuration: client.Configuration;

beforeAll(async () => {
  api = await DatadogApi.start();
  configuration = client.createConfiguration({
    authMethods: { apiKeyAuth: "key", appKeyAuth: "application key" },
    baseServer: new client.BaseServerConfiguration(api.url, {}),
  });
});

afterAll(async () => {
  await api.stop();
});

test("validates a key", async () => {
  expect(await new v1.AuthenticationApi(configuration).validate()).toMatchObject({ valid: true });
});

test("monitors and objectives", async () => {
  const monitors = new v1.MonitorsApi(configuration);
  const objectives = new v1.ServiceLevelObjectivesApi(configuration);
  const body: v1.Monitor = {
    type: "query alert",
    name: "load",
    query: "avg(last_5m):avg:system.load.1{*} by {host} > 4",
    options: { thresholds: { critical: 4, warning: 3 }, newGroupDelay: 300 },
  };

  await monitors.validateMonitor({ body });
  const { id: monitorId = 0 } = await monitors.createMonitor({ body });
  const { data } = await objectives.createSLO({
    body: { name: "up", type: "monitor", monitorIds: [monitorId], thresholds: [{ timeframe: "7d", target: 99 }] },
  });
  const sloId = data?.[0]?.id ?? "";

  expect(await monitors.getMonitor({ monitorId })).toMatchObject({ name: "load", multi: true, options: body.options });
  expect((await objectives.getSLO({ sloId })).data).toMatchObject({ id: sloId, monitorIds: [monitorId] });
  await objectives.deleteSLO({ sloId });
  await monitors.updateMonitor({ monitorId, body: { name: "other" } });
  expect(await monitors.deleteMonitor({ monitorId })).toMatchObject({ deletedMonitorId: monitorId });
});

test("dashboards and Slack channels", async () => {
  const dashboards = new v1.DashboardsApi(configuration);
  const channels = new v1.SlackIntegrationApi(configuration);

  const { id: dashboardId = "" } = await dashboards.createDashboard({
    body: { title: "a", layoutType: "ordered", widgets: [{ definition: { type: "note", content: "a" } }] },
  });
  await channels.createSlackIntegrationChannel({ accountName: "dev-one", body: { name: "#alerts" } });

  expect(await dashboards.getDashboard({ dashboardId })).toMatchObject({ title: "a", widgets: [{}] });
  expect(await channels.getSlackIntegrationChannel({ accountName: "dev-one", channelName: "#alerts" })).toMatchObject({
    name: "#alerts",
  });
  await dashboards.deleteDashboard({ dashboardId });
  await channels.removeSlackIntegrationChannel({ accountName: "dev-one", channelName: "#alerts" });
});

test("log-based metrics, Opsgenie services, AWS accounts and downtimes", async () => {
  const metrics = new v2.LogsMetricsApi(configuration);
  const services = new v2.OpsgenieIntegrationApi(configuration);
  const accounts = new v2.AWSIntegrationApi(configuration);
  const downtimes = new v2.DowntimesApi(configuration);

  const metricId = "dev_one.http.requests";
  await metrics.createLogsMetric({
    body: { data: { id: metricId, type: "logs_metrics", attributes: { compute: { aggregationType: "count" } } } },
  });
  const service = await services.createOpsgenieService({
    body: { data: { type: "opsgenie-service", attributes: { name: "api", opsgenieApiKey: "key", region: "eu" } } },
  });
  const external = await accounts.createNewAWSExternalID();
  const account = await accounts.createAWSAccount({
    body: {
      data: {
        type: "account",
        attributes: {
          awsAccountId: "111122223333",
          awsPartition: "aws",
          authConfig: { roleName: "datadog", externalId: external.data.attributes?.externalId ?? "" },
        },
      },
    },
  });
  const downtime = await downtimes.createDowntime({
    body: { data: { type: "downtime", attributes: { scope: "env:x", monitorIdentifier: { monitorTags: ["env:x"] } } } },
  });

  expect((await metrics.getLogsMetric({ metricId })).data).toMatchObject({ id: metricId });
  await metrics.deleteLogsMetric({ metricId });
  await services.deleteOpsgenieService({ integrationServiceId: service.data.id });
  await accounts.deleteAWSAccount({ awsAccountConfigId: account.data.id });
  await downtimes.cancelDowntime({ downtimeId: downtime.data?.id ?? "" });
});

test("throws an exception with Datadog's message, and the inventory is empty at the end", async () => {
  const monitors = new v1.MonitorsApi(configuration);

  await expect(monitors.createMonitor({ body: { type: "query alert", query: "none" } })).rejects.toMatchObject({
    code: 400,
    body: { errors: ["The value provided for parameter 'query' is invalid"] },
  });
  expect(api.organization.inventory()).toEqual([]);
});
