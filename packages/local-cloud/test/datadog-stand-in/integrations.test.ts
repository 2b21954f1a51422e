import type { JsonObject } from "@dev-one/cli/json";

import { text } from "../../src/datadog-stand-in/bodies";
import { errors, standIn } from "./support";

const { send } = standIn();
const GONE = "448169a8-251c-4344-abee-1c4edef39f7a";
const dataOf = ({ data }: JsonObject): JsonObject => data as JsonObject;

describe("a Slack channel", () => {
  const base = "/api/v1/integration/slack/configuration/accounts/dev-one/channels";
  const path = `${base}/%23alerts`;

  test("is created, read, updated and deleted", async () => {
    const display = { message: true, snapshot: true, tags: true, notified: true, mute_buttons: false };

    expect(await send("POST", base, { name: "#alerts" })).toEqual({ status: 201, body: { name: "#alerts", display } });
    expect(await send("PATCH", path, { display: { tags: false } })).toEqual({
      status: 200,
      body: { name: "#alerts", display: { ...display, tags: false } },
    });
    expect(await send("GET", path)).toMatchObject({ status: 200, body: { display: { tags: false } } });
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toMatchObject({ status: 404 });
  });

  test.each(["alerts", "#two words", "#"])("with the name %p is rejected", async (name) => {
    expect(await send("POST", base, { name })).toEqual({
      status: 400,
      body: errors(`Invalid channel name '${name}': it must begin with # and have no spaces`),
    });
  });

  test("is created once", async () => {
    await send("POST", base, { name: "#alerts" });

    expect(await send("POST", base, { name: "#alerts" })).toMatchObject({ status: 400 });
  });
});

describe("an Opsgenie service", () => {
  const base = "/api/v2/integration/opsgenie/services";
  const service = { name: "api", opsgenie_api_key: "secret", region: "eu" };
  const body = (attributes: object): object => ({ data: { type: "opsgenie-service", attributes } });

  test("is created, read, updated and deleted, and never returns its key", async () => {
    const made = await send("POST", base, body(service));
    const path = `${base}/${text(dataOf(made.body).id)}`;

    expect(made).toMatchObject({ status: 201 });
    expect(dataOf(made.body).attributes).toEqual({ name: "api", region: "eu", custom_url: null });
    expect(await send("PATCH", path, body({ ...service, name: "web" }))).toMatchObject({
      status: 200,
      body: { data: { attributes: { name: "web" } } },
    });
    expect(JSON.stringify(await send("GET", path))).not.toContain("secret");
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors("Service not found.") });
  });

  test.each([
    { change: { region: "asia" }, message: "'asia' is not one of ['us', 'eu', 'custom']" },
    { change: { region: "custom" }, message: "'custom_url' is a required property" },
    { change: { opsgenie_api_key: undefined }, message: "'opsgenie_api_key' is a required property" },
    { change: { team: "a" }, message: "Additional properties are not allowed ('team' was unexpected)" },
  ])("is rejected: $message", async ({ change, message }) => {
    expect(await send("POST", base, body({ ...service, ...change }))).toEqual({ status: 400, body: errors(message) });
  });

  test("has a unique name", async () => {
    await send("POST", base, body(service));

    expect(await send("POST", base, body(service))).toMatchObject({ status: 409 });
  });
});

describe("an AWS account", () => {
  const base = "/api/v2/integration/aws/accounts";
  const account = { aws_account_id: "111122223333", aws_partition: "aws", auth_config: { role_name: "datadog" } };
  const body = (attributes: object): object => ({ data: { type: "account", attributes } });
  const refused = (status: number, title: string, detail: string, meta?: object): object => ({
    status,
    body: errors({ status: String(status), title, detail, ...(meta === undefined ? {} : { meta }) }),
  });

  test("is created, read by its quoted id, updated and deleted", async () => {
    const made = await send("POST", base, body(account));
    const { id } = dataOf(made.body);
    const path = `${base}/%22${text(id)}%22`;

    expect(made).toMatchObject({ status: 200, body: { data: { attributes: { ...account, account_tags: [] } } } });
    expect(await send("GET", path)).toEqual(made);
    expect(await send("PATCH", path, body({ ...account, account_tags: ["env:staging"] }))).toMatchObject({
      status: 200,
      body: { data: { id, attributes: { account_tags: ["env:staging"] } } },
    });
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual(
      refused(404, "Account not found", "AWS account with provided id is not integrated"),
    );
  });

  test("is returned with Datadog's defaults", async () => {
    expect(dataOf((await send("POST", base, body(account))).body).attributes).toMatchObject({
      aws_regions: { include_all: true },
      logs_config: { lambda_forwarder: { lambdas: [], sources: [] } },
      metrics_config: {
        enabled: true,
        automute_enabled: true,
        collect_custom_metrics: false,
        collect_cloudwatch_alarms: false,
        tag_filters: [],
        namespace_filters: { exclude_only: ["AWS/SQS", "AWS/ElasticMapReduce", "AWS/Usage"] },
      },
      resources_config: { cloud_security_posture_management_collection: false, extended_collection: true },
      traces_config: { xray_services: { include_only: [] } },
    });
  });

  test("uses an external id that Datadog generated, and keeps it", async () => {
    const { body: generated } = await send("POST", "/api/v2/integration/aws/generate_new_external_id");
    const external_id = text(dataOf(generated).id);
    const auth_config = { role_name: "datadog", external_id };

    expect(
      await send("POST", base, body({ ...account, auth_config: { ...auth_config, external_id: "mine" } })),
    ).toEqual(refused(400, "Bad Request", "invalid External ID"));
    const made = await send("POST", base, body({ ...account, auth_config }));
    expect(dataOf(made.body).attributes).toMatchObject({ auth_config });
    const path = `${base}/${text(dataOf(made.body).id)}`;
    expect(await send("PATCH", path, body(account))).toMatchObject({ body: { data: { attributes: { auth_config } } } });
    expect(await send("PATCH", path, body({ ...account, auth_config: { access_key_id: "a" } }))).toEqual(
      refused(400, "Generic Error", "cannot switch between role and key based auth"),
    );
  });

  test.each([
    {
      change: { aws_account_id: "1234" },
      place: "aws_account_id",
      problem: "invalid account id: it must have 12 digits",
    },
    { change: { aws_partition: "aws-moon" }, place: "aws_partition", problem: "invalid partition: aws-moon" },
    {
      change: { aws_regions: { include_all: true, include_only: [] } },
      place: "aws_regions",
      problem: "exactly one of include_all, include_only must be set",
    },
    {
      change: {
        resources_config: { cloud_security_posture_management_collection: true, extended_collection: false },
      },
      place: "resources_config",
      problem: "cloud_security_posture_management_collection requires extended_collection",
    },
  ])("with $change is rejected", async ({ change, place, problem }) => {
    expect(await send("POST", base, body({ ...account, ...change }))).toEqual(
      refused(400, "Bad Request", "invalid value", { [place]: problem }),
    );
  });

  test("is integrated once, and is found by a UUID only", async () => {
    await send("POST", base, body(account));

    expect(await send("POST", base, body(account))).toEqual(
      refused(409, "Account already exists", "AWS account with provided id already exists"),
    );
    expect(await send("GET", `${base}/not-a-uuid`)).toMatchObject({ status: 400 });
    expect(await send("DELETE", `${base}/${GONE}`)).toMatchObject({ status: 404 });
  });
});

describe("a downtime", () => {
  const base = "/api/v2/downtime";
  const nightly = {
    scope: "env:staging",
    monitor_identifier: { monitor_tags: ["env:staging"] },
    schedule: {
      timezone: "UTC",
      recurrences: [{ duration: "8h", rrule: "FREQ=DAILY;INTERVAL=1", start: "2050-01-01T22:00:00" }],
    },
  };
  const body = (attributes: object): object => ({ data: { type: "downtime", attributes } });

  test("is scheduled, read, updated and canceled", async () => {
    const made = await send("POST", base, body(nightly));
    const path = `${base}/${text(dataOf(made.body).id)}`;

    expect(made).toMatchObject({
      status: 200,
      body: {
        data: {
          attributes: {
            ...nightly,
            schedule: { ...nightly.schedule, current_downtime: {} },
            message: null,
            display_timezone: "UTC",
            mute_first_recovery_notification: false,
            notify_end_types: ["expired"],
            status: "scheduled",
          },
        },
      },
    });
    expect(await send("PATCH", path, body({ message: "night" }))).toMatchObject({
      status: 200,
      body: { data: { attributes: { message: "night", scope: "env:staging" } } },
    });
    expect(await send("GET", path)).toMatchObject({ body: { data: { attributes: { message: "night" } } } });
    expect(await send("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await send("GET", path)).toEqual({ status: 404, body: errors("Downtime not found") });
  });

  test("without recurrence starts now by default", async () => {
    const schedule = { start: null, end: "2060-01-01T00:00:00Z" };

    expect(dataOf((await send("POST", base, body({ ...nightly, schedule }))).body).attributes).toMatchObject({
      schedule: { start: expect.stringMatching(/\+00:00$/) as string, end: "2060-01-01T00:00:00+00:00" },
      status: "active",
    });
  });

  const once = (start: string, end: string): object => ({ schedule: { start, end } });
  const recurring = (change: object, timezone = "UTC"): object => ({
    schedule: { timezone, recurrences: [{ ...nightly.schedule.recurrences[0], ...change }] },
  });

  test.each([
    { change: { scope: "staging" }, message: "All values must have a key" },
    {
      change: { invalid_field: "a" },
      message: "Additional properties are not allowed ('invalid_field' was unexpected)",
    },
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
      change: { ...recurring({}, "Europe/Atlantis"), display_timezone: "Europe/Atlantis" },
      message: "Invalid timezone 'Europe/Atlantis'",
    },
    {
      change: recurring({ rrule: "DTSTART=20500101;FREQ=DAILY" }),
      message: "Invalid rrule: DTSTART, DTEND and DURATION are not supported",
    },
    { change: recurring({ rrule: "INTERVAL=1" }), message: "Invalid rrule 'INTERVAL=1': it must have a FREQ" },
    { change: { notify_end_states: ["ok"] }, message: "'ok' is not one of ['alert', 'no data', 'warn']" },
    { change: { monitor_identifier: { monitor_id: 1 } }, message: "Monitor with id 1 not found" },
  ])("is rejected: $message", async ({ change, message }) => {
    expect(await send("POST", base, body({ ...nightly, ...change }))).toEqual({ status: 400, body: errors(message) });
  });

  test("is found by its UUID only", async () => {
    expect(await send("GET", `${base}/12`)).toEqual({
      status: 400,
      body: errors("Invalid URL param: downtime_id must be an uuid"),
    });
    expect(await send("DELETE", `${base}/${GONE}`)).toEqual({
      status: 404,
      body: errors(`Downtime ${GONE} not found`),
    });
  });
});
