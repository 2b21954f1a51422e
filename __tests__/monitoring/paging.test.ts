import { monitorsIn, parseMonitorQuery } from "@dev-one/alert-trials/datadog";

import { fixture, sandbox } from "../fixtures/environment";
import { otherMonitoring, rehearsal, threeZones } from "../fixtures/variants";
import { monitorNamed, type MonitorResource, monitorsOf, textsOf } from "../support/datadog";
import { synthesize } from "../support/synthesis";

/** Whatever Datadog knows that makes a telephone ring, or hands an alert to something that might. */
const RINGS = /@(opsgenie|oncall|on-call|pagerduty|victorops|splunk|webhook|case|workflow|sns|incident)[-\w]*/i;

const page = (environment = fixture) => monitorNamed(environment, "page");

/** Addresses of the monitors that the page reads. */
function members(monitor: MonitorResource): string[] {
  const query = parseMonitorQuery(monitor.query);
  return query.kind === "composite"
    ? monitorsIn(query.condition).map((id) => id.replace("${", "").replace(".id}", ""))
    : [];
}

describe("a page", () => {
  test("comes from one monitor of an environment only", () => {
    const ringing = monitorsOf(fixture).filter(({ message }) => RINGS.test(message));
    expect(ringing.map(({ id }) => id)).toEqual(["page"]);
  });

  test("is sent while any of these monitors alerts", () => {
    const ids = monitorsOf(fixture)
      .filter(({ address }) => members(page()).includes(address))
      .map(({ id }) => id);
    expect(ids.sort()).toEqual([
      "availability-fast-burn",
      "connections-fleet",
      "cpu-fleet",
      "latency-fast-burn",
      "readiness-fleet",
      "throughput-none",
      "uptime-zone-5",
      "uptime-zone-6",
    ]);
    expect(page().query).not.toMatch(/&&|!/);
  });

  test("has every monitor of severity page as its member, none of which has groups or a warning threshold", () => {
    const severe = monitorsOf(fixture).filter(({ tags, id }) => tags.includes("severity:page") && id !== "page");
    expect(severe.map(({ address }) => address).sort()).toEqual(members(page()).sort());
    // With groups it would be several alerts, and a composite counts a warning as an alert.
    const wrong = severe.filter(
      ({ query, message, monitor_thresholds: thresholds, ...monitor }) =>
        query.replace(/count_not_null\([^)]*\)/, "").includes(" by {") ||
        "new_group_delay" in monitor ||
        thresholds?.warning !== undefined ||
        message.includes("is_warning"),
    );
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  test("lists its members with their runbooks", () => {
    expect(page().message.match(/^- .*: https:\/\/\S+$/gm)).toHaveLength(members(page()).length);
    expect(page().message).toContain("Servers of zone-5 are gone: https://");
  });

  test("is repeated while it lasts, and closed by its recovery", () => {
    expect(page()).toMatchObject({
      renotify_interval: 30,
      renotify_statuses: ["alert"],
      notify_no_data: false,
      priority: "1",
    });
    expect(page().escalation_message).toContain("@opsgenie-acme-operations @slack-acme-dev-one-fixture-alerts");
    expect(page().message).toContain("{{#is_alert_recovery}}@opsgenie-acme-operations ");
    expect(page().message).not.toContain("is_warning");
  });

  test("has at most the ten members that Datadog allows, with three zones as well", () => {
    expect(members(page(threeZones))).toHaveLength(9);
  });
});

describe("losing a zone", () => {
  const gone = monitorNamed(fixture, "uptime-zone-6");

  test("alerts below half of its named servers, before its window has no data", () => {
    expect(gone.query).toBe(
      "avg(last_5m):default_zero(count_not_null(avg:system.uptime{env:fixture,project:dev-one,fleet:named,zone:zone-6} by {server})) < 1.5",
    );
    expect(gone).toMatchObject({
      notify_no_data: false,
      monitor_thresholds: { critical: "1.5", critical_recovery: "2" },
    });
  });

  test("notifies the channel once for each zone, and names the page", () => {
    expect(gone.message).toContain("{{#is_alert}}@slack-acme-dev-one-fixture-alerts{{/is_alert}}");
    expect(gone.message).toContain(
      "On call hears of it through the monitor that pages, once for everything that is wrong.",
    );
  });

  test("does not page through the monitors of single servers", () => {
    const ofServers = monitorsOf(fixture).filter(
      ({ query }) => query.includes(" by {host") || query.includes('.by("host"'),
    );
    expect(ofServers.length).toBeGreaterThan(5);
    for (const { message, tags } of ofServers) {
      expect(message).not.toMatch(RINGS);
      expect(tags).not.toContain("severity:page");
    }
  });
});

describe("who is paged", () => {
  test("is Opsgenie, with its service and its key", () => {
    const { monitoring } = synthesize(fixture);
    expect(page().message).toContain(
      "{{#is_alert}}@opsgenie-acme-operations @slack-acme-dev-one-fixture-alerts{{/is_alert}}",
    );
    expect(monitoring.only("datadog_integration_opsgenie_service_object").values).toEqual({
      name: "acme-operations",
      region: "eu",
      opsgenie_api_key: "${var.opsgenie_api_key}",
    });
  });

  test("is Datadog On-Call instead, without anything of Opsgenie", () => {
    expect(page(otherMonitoring).message).toContain("{{#is_alert}}@oncall-first-line @slack-");
    const { monitoring } = synthesize(otherMonitoring);
    expect(textsOf(monitoring).filter((text) => /opsgenie/i.test(text))).toEqual([]);
    expect(monitoring.document.variable).not.toHaveProperty("opsgenie_api_key");
  });
});

describe("an environment without paging", () => {
  test("has the same monitors, except the one of missing requests where no clients are expected", () => {
    const paging = monitorsOf(fixture).map(({ id }) => id);
    expect(paging).toContain("throughput-none");
    expect(monitorsOf(sandbox).map(({ id }) => id)).toEqual(paging.filter((id) => id !== "throughput-none"));
    expect(members(page(sandbox))).toHaveLength(members(page()).length - 1);
  });

  test.each([
    ["the sandbox", sandbox],
    ["an environment that is derived from it", rehearsal],
  ])("has nothing that pages: %s", (_name, environment) => {
    const { monitoring } = synthesize(environment);
    const ringing = (stack = monitoring) => textsOf(stack).filter((text) => RINGS.test(text));
    expect(ringing()).toEqual([]);
    expect(ringing(synthesize(fixture).monitoring)).not.toEqual([]);
    expect(monitoring.resources().filter(({ type }) => /opsgenie|on_call|pagerduty|webhook/.test(type))).toEqual([]);
  });
});

describe("tickets", () => {
  test("notify the mail address of the tracker and the channel, once a day while they last", () => {
    const ticket = monitorNamed(fixture, "database-storage-free");
    expect(ticket.message).toContain(
      "{{#is_alert}}@slack-acme-dev-one-fixture-alerts @tickets@example.net{{/is_alert}}",
    );
    expect(ticket).toMatchObject({ renotify_interval: 1440, renotify_statuses: ["alert"] });
  });

  test("notify the same recipients when they fall back to a warning", () => {
    expect(monitorNamed(fixture, "database-storage-free").message).toContain(
      "{{#is_alert_to_warning}}@slack-acme-dev-one-fixture-alerts @tickets@example.net{{/is_alert_to_warning}}",
    );
    // A notice has one channel for both.
    expect(monitorNamed(fixture, "cpu-server").message).not.toContain("is_alert_to_warning");
  });

  test("include one monitor that alerts without data from CloudWatch", () => {
    const speaking = monitorsOf(fixture).filter(
      ({ evaluation_delay: delay, notify_no_data: speaks }) => delay !== undefined && speaks === true,
    );
    expect(speaking.map(({ id }) => id)).toEqual(["database-cpu"]);
  });

  test("notify Slack alone where no mail address is configured", () => {
    expect(monitorNamed(otherMonitoring, "database-storage-free").message).not.toContain("@tickets");
  });
});
