import { type JsonObject, objectAt } from "@dev-one/cli/json";

import { text } from "../../src/datadog-stand-in/bodies";
import { errors, standIn } from "./support";

const { send } = standIn();
const bodyOf = (type: string, attributes: object): object => ({ data: { type, attributes } });
const idOf = (body: JsonObject): string => text(objectAt(body, "data")?.id);
const attributesOf = (body: JsonObject): JsonObject | undefined => objectAt(body, "data", "attributes");

describe("a Slack channel", () => {
  const base = "/api/v1/integration/slack/configuration/accounts/dev-one/channels";
  const path = `${base}/%23alerts`;

  test("is created, read, updated, renamed and deleted", async () => {
    const display = { message: true, snapshot: true, tags: true, notified: true, mute_buttons: false };

    expect(await send("POST", base, { name: "#alerts" })).toEqual({ status: 201, body: { name: "#alerts", display } });
    const changed = { name: "#alerts", display: { ...display, tags: false } };
    expect(await send("PATCH", path, { display: { tags: false } })).toEqual({ status: 200, body: changed });
    expect(await send("GET", path)).toEqual({ status: 200, body: changed });
    expect(await send("PATCH", path, { name: "#pages" })).toMatchObject({ status: 200, body: { name: "#pages" } });
    expect(await send("GET", path)).toMatchObject({ status: 404 });
    expect(await send("DELETE", `${base}/%23pages`)).toEqual({ status: 204, body: {} });
  });

  test.each(["alerts", "#two words", "#"])("with the name %p is rejected", async (name) => {
    const problem = `Invalid channel name '${name}': it must begin with # and have no spaces`;
    expect(await send("POST", base, { name })).toEqual({ status: 400, body: errors(problem) });
  });

  test("is created once", async () => {
    await send("POST", base, { name: "#alerts" });

    expect(await send("POST", base, { name: "#alerts" })).toMatchObject({ status: 400 });
  });
});

describe("an Opsgenie service", () => {
  const base = "/api/v2/integration/opsgenie/services";
  const service = { name: "api", opsgenie_api_key: "secret", region: "eu" };
  const body = (change: object = {}): object => bodyOf("opsgenie-service", { ...service, ...change });

  test("is created once, read, updated and deleted, and never returns its key", async () => {
    const made = await send("POST", base, body());
    const path = `${base}/${idOf(made.body)}`;

    expect(made).toMatchObject({ status: 201 });
    expect(attributesOf(made.body)).toEqual({ name: "api", region: "eu", custom_url: null });
    expect(await send("POST", base, body())).toMatchObject({ status: 409 });
    const updated = await send("PATCH", path, body({ name: "web" }));
    expect(attributesOf(updated.body)).toEqual({ name: "web", region: "eu", custom_url: null });
    expect(await send("GET", path)).toEqual(updated);
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors("Service not found.") });
  });

  test("of a custom region has a URL", async () => {
    const refused = { status: 400, body: errors("'custom_url' is a required property") };
    expect(await send("POST", base, body({ region: "custom" }))).toEqual(refused);
  });
});

describe("an AWS account", () => {
  const base = "/api/v2/integration/aws/accounts";
  const account = { aws_account_id: "111122223333", aws_partition: "aws", auth_config: { role_name: "datadog" } };
  const body = (change: object = {}): object => bodyOf("account", { ...account, ...change });
  const refused = (status: number, title: string, detail: string, meta?: object): object => ({
    status,
    body: errors({ status: String(status), title, detail, ...(meta === undefined ? {} : { meta }) }),
  });

  test("is integrated once, read by its quoted id, updated and deleted", async () => {
    const made = await send("POST", base, body());
    const path = `${base}/%22${idOf(made.body)}%22`;

    expect(made.status).toBe(200);
    expect(await send("GET", path)).toEqual(made);
    expect(await send("POST", base, body())).toEqual(
      refused(409, "Account already exists", "AWS account with provided id already exists"),
    );
    const updated = await send("PATCH", path, body({ account_tags: ["env:staging"] }));
    expect(attributesOf(updated.body)).toEqual({ ...attributesOf(made.body), account_tags: ["env:staging"] });
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual(
      refused(404, "Account not found", "AWS account with provided id is not integrated"),
    );
  });

  test("is returned with Datadog's defaults", async () => {
    const given = { aws_regions: { include_only: ["us-east-1"] }, metrics_config: { automute_enabled: false } };
    const { body: made } = await send("POST", base, body(given));

    expect(attributesOf(made)).toEqual({
      ...account,
      ...given,
      account_tags: [],
      auth_config: { role_name: "datadog", external_id: expect.any(String) as string },
      logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
      metrics_config: {
        enabled: true,
        automute_enabled: false,
        collect_custom_metrics: false,
        collect_cloudwatch_alarms: false,
        tag_filters: [],
        metric_name_filters: [],
        namespace_filters: { exclude_only: ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] },
      },
      resources_config: { cloud_security_posture_management_collection: false, extended_collection: true },
      traces_config: { xray_services: { include_only: [] } },
    });
  });

  test("is returned with its namespaces in the order of the API, and not with unknown ones", async () => {
    const filters = (include_only: readonly string[]) =>
      body({ metrics_config: { namespace_filters: { include_only } } });
    const { body: made } = await send("POST", base, filters(["AWS/RDS", "AWS/ELB", "AWS/CloudFront", "AWS/EC2"]));
    const path = `${base}/${idOf(made)}`;
    expect(attributesOf((await send("GET", path)).body)).toMatchObject({
      metrics_config: { namespace_filters: { include_only: ["AWS/ELB", "AWS/CloudFront", "AWS/EC2", "AWS/RDS"] } },
    });
    expect(await send("PATCH", path, filters(["AWS/EC2", "AWS/Bedrock/Guardrails"]))).toEqual(
      refused(400, "Bad Request", "invalid value", {
        "metrics_config.namespace_filters.include_only": "invalid namespaces: [AWS/Bedrock/Guardrails]",
      }),
    );
  });

  test("keeps the metric name filters that provider 4.x sends, beside settings that provider 3.82 sends", async () => {
    const metric_name_filters = [{ namespace: "AWS/RDS", include_only: ["aws.rds.cpuutilization"] }];
    const { body: made } = await send("POST", base, body({ metrics_config: { metric_name_filters } }));
    const path = `${base}/${idOf(made)}`;
    expect(attributesOf((await send("GET", path)).body)).toMatchObject({ metrics_config: { metric_name_filters } });
  });

  test("uses an external id that Datadog generated, and keeps it", async () => {
    const { body: generated } = await send("POST", "/api/v2/integration/aws/generate_new_external_id");
    const auth_config = { role_name: "datadog", external_id: idOf(generated) };

    expect(await send("POST", base, body({ auth_config: { ...auth_config, external_id: "mine" } }))).toEqual(
      refused(400, "Bad Request", "invalid External ID"),
    );
    const made = await send("POST", base, body({ auth_config }));
    expect(attributesOf(made.body)).toMatchObject({ auth_config });
    const path = `${base}/${idOf(made.body)}`;
    expect(attributesOf((await send("PATCH", path, body())).body)).toMatchObject({ auth_config });
  });

  test.each([
    {
      change: { aws_account_id: "1234" },
      place: "aws_account_id",
      problem: "invalid account id: it must have 12 digits",
    },
    {
      change: {
        resources_config: { cloud_security_posture_management_collection: true, extended_collection: false },
      },
      place: "resources_config",
      problem: "cloud_security_posture_management_collection requires extended_collection",
    },
  ])("with $change is rejected", async ({ change, place, problem }) => {
    expect(await send("POST", base, body(change))).toEqual(
      refused(400, "Bad Request", "invalid value", { [place]: problem }),
    );
  });
});

describe("a downtime", () => {
  const base = "/api/v2/downtime";
  const recurrence = { duration: "8h", rrule: "FREQ=DAILY;INTERVAL=1", start: "2050-01-01T22:00:00" };
  const nightly = {
    scope: "env:staging",
    monitor_identifier: { monitor_tags: ["env:staging"] },
    schedule: { timezone: "UTC", recurrences: [recurrence] },
  };
  const body = (change: object = {}): object => bodyOf("downtime", { ...nightly, ...change });

  test("is scheduled, read, updated and canceled", async () => {
    const { body: made } = await send("POST", base, body());
    const path = `${base}/${idOf(made)}`;

    expect(attributesOf(made)).toEqual({
      ...nightly,
      message: null,
      display_timezone: "UTC",
      mute_first_recovery_notification: false,
      notify_end_states: ["no data", "warn", "alert"],
      notify_end_types: ["expired"],
    });
    const updated = await send("PATCH", path, bodyOf("downtime", { message: "night" }));
    expect(attributesOf(updated.body)).toMatchObject({ ...nightly, message: "night" });
    expect(await send("GET", path)).toEqual(updated);
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors("Downtime not found") });
    expect(await send("DELETE", path)).toEqual({ status: 404, body: errors(`Downtime ${idOf(made)} not found`) });
  });

  test("without recurrence starts now by default", async () => {
    const made = await send("POST", base, body({ schedule: { start: null, end: "2060-01-01T00:00:00Z" } }));

    expect(attributesOf(made.body)).toMatchObject({
      schedule: { start: expect.stringMatching(/\+00:00$/) as string, end: "2060-01-01T00:00:00+00:00" },
    });
  });

  const once = (start: string, end: string): object => ({ schedule: { start, end } });
  const recurring = (rrule: string, timezone = "UTC"): object => ({
    schedule: { timezone, recurrences: [{ ...recurrence, rrule }] },
  });

  test.each([
    { change: { scope: "staging" }, message: "All values must have a key" },
    {
      change: once("2020-01-01T00:00:00Z", "2060-01-01T00:00:00Z"),
      message: "Scheduled downtime start cannot be in the past",
    },
    {
      change: once("2060-01-02T00:00:00Z", "2060-01-01T00:00:00Z"),
      message: "Scheduled downtime end must be after its start",
    },
    {
      change: once("2060-01-02T00:00:00+02:00", "2061-01-01T00:00:00Z"),
      message: "Invalid start '2060-01-02T00:00:00+02:00': it must be ISO 8601 with a UTC offset of zero",
    },
    { change: { display_timezone: "Europe/Rome" }, message: "timezone must match display_timezone" },
    {
      change: { ...recurring(recurrence.rrule, "Europe/Atlantis"), display_timezone: "Europe/Atlantis" },
      message: "Invalid timezone 'Europe/Atlantis'",
    },
    {
      change: recurring("DTSTART=20500101;FREQ=DAILY"),
      message: "Invalid rrule: DTSTART, DTEND and DURATION are not supported",
    },
    { change: recurring("INTERVAL=1"), message: "Invalid rrule 'INTERVAL=1': it must have a FREQ" },
    { change: { monitor_identifier: { monitor_id: 1 } }, message: "Monitor with id 1 not found" },
  ])("is rejected: $message", async ({ change, message }) => {
    expect(await send("POST", base, body(change))).toEqual({ status: 400, body: errors(message) });
  });
});
