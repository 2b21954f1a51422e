import { monitorsIn, parseMonitorQuery } from "@dev-one/alert-trials/datadog";

import { type Environment } from "../../src/config";
import { environments } from "../../src/environments";
import { production } from "../../src/environments/production";
import { staging } from "../../src/environments/staging";
import { monitorNamed, type MonitorResource, monitorsOf, textsOf } from "../support/datadog";
import { productionWith, productionWithClients, rehearsal, stagingInThreeZones } from "../support/environments";
import { synthesize } from "../support/synthesis";

/** Whatever Datadog knows that makes a telephone ring, or hands an alert to something that might. */
const RINGS = /@(opsgenie|oncall|on-call|pagerduty|victorops|splunk|webhook|case|workflow|sns|incident)[-\w]*/i;

const page = (environment = production) => monitorNamed(environment, "page");

/** Addresses of the monitors that the page reads. */
function members(monitor: MonitorResource): string[] {
  const query = parseMonitorQuery(monitor.query);
  return query.kind === "composite"
    ? monitorsIn(query.condition).map((id) => id.replace("${", "").replace(".id}", ""))
    : [];
}

describe("a page", () => {
  test("comes from one monitor of an environment, and from no other", () => {
    const ringing = monitorsOf(production).filter(({ message }) => RINGS.test(message));
    expect(ringing.map(({ id }) => id)).toEqual(["page"]);
  });

  test("goes out while any of these is true", () => {
    const ids = monitorsOf(production)
      .filter(({ address }) => members(page()).includes(address))
      .map(({ id }) => id);
    expect(ids.sort()).toEqual([
      "availability-fast-burn",
      "connections-fleet",
      "cpu-fleet",
      "latency-fast-burn",
      "readiness-fleet",
      "uptime-zone-1",
      "uptime-zone-2",
    ]);
    expect(page().query).not.toMatch(/&&|!/);
  });

  test("goes out when no request comes, where there are clients, and not before", () => {
    const missing = (environment: Environment) =>
      monitorsOf(environment).filter(
        ({ id, address }) => id === "throughput-none" && members(page(environment)).includes(address),
      );
    expect(missing(production)).toEqual([]);
    expect(missing(productionWithClients())).toHaveLength(1);
  });

  test("has no member with groups, so that it is one alert, however many servers are gone", () => {
    const addresses = members(page());
    for (const monitor of monitorsOf(production).filter(({ address }) => addresses.includes(address))) {
      expect(monitor.query.replace(/count_not_null\([^)]*\)/, "")).not.toContain(" by {");
      expect(monitor).not.toHaveProperty("new_group_delay");
    }
  });

  test("has every monitor of severity page as its member, so that none is forgotten", () => {
    const severe = monitorsOf(production).filter(({ tags, id }) => tags.includes("severity:page") && id !== "page");
    expect(severe.map(({ address }) => address).sort()).toEqual(members(page()).sort());
  });

  test("has no member that warns: a composite counts a warning, and a page that ends in one would stay open", () => {
    const addresses = members(page());
    for (const { address, monitor_thresholds: thresholds, message } of monitorsOf(production)) {
      if (!addresses.includes(address)) continue;
      expect(thresholds).not.toHaveProperty("warning");
      expect(message).not.toContain("is_warning");
    }
  });

  test("lists what may be wrong, with the runbook of each", () => {
    expect(page().message.match(/^- .*: https:\/\/\S+$/gm)).toHaveLength(members(page()).length);
    expect(page().message).toContain("Servers of zone-1 are gone: https://");
  });

  test("rings again while it lasts, and is closed by its recovery", () => {
    expect(page()).toMatchObject({
      renotify_interval: 30,
      renotify_statuses: ["alert"],
      notify_no_data: false,
      priority: "1",
    });
    expect(page().escalation_message).toContain("@opsgenie-dev-one @slack-dev-one-dev-one-production-alerts");
    expect(page().message).toContain("{{#is_alert_recovery}}@opsgenie-dev-one ");
  });

  test("never rings for a warning", () => {
    expect(page().message).not.toContain("is_warning");
  });

  test("stays within the ten members that Datadog allows, in three zones as well", () => {
    const threeZones = productionWith({ hasClients: true }, { zones: stagingInThreeZones().zones });
    expect(members(page(threeZones))).toHaveLength(9);
  });
});

describe("losing a zone", () => {
  const gone = monitorNamed(production, "uptime-zone-2");

  test("is fewer than half of its named servers, zero and silence included", () => {
    expect(gone.query).toBe(
      "avg(last_5m):default_zero(count_not_null(avg:system.uptime{env:production,project:dev-one,fleet:named,zone:zone-2} by {server})) < 2",
    );
    expect(gone).toMatchObject({
      notify_no_data: true,
      monitor_thresholds: { critical: "2", critical_recovery: "3" },
    });
  });

  test("tells the channel once for each zone, and says who is paged", () => {
    expect(gone.message).toContain("{{#is_alert}}@slack-dev-one-dev-one-production-alerts{{/is_alert}}");
    expect(gone.message).toContain(
      "On call hears of it through the monitor that pages, once for everything that is wrong.",
    );
  });

  test("reaches nobody's telephone through the monitors of single servers", () => {
    const ofServers = monitorsOf(production).filter(
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
  test("is one line of an environment: Opsgenie", () => {
    const { monitoring } = synthesize(production);
    expect(page().message).toContain(
      "{{#is_alert}}@opsgenie-dev-one @slack-dev-one-dev-one-production-alerts{{/is_alert}}",
    );
    expect(monitoring.only("datadog_integration_opsgenie_service_object").values).toEqual({
      name: "dev-one",
      region: "us",
      opsgenie_api_key: "${var.opsgenie_api_key}",
    });
  });

  test("or Datadog On-Call, which leaves nothing of Opsgenie behind", () => {
    const moved = productionWith({ paging: { kind: "datadog-on-call", team: "dev-one" } });
    expect(page(moved).message).toContain("{{#is_alert}}@oncall-dev-one @slack-");
    const { monitoring } = synthesize(moved);
    expect(textsOf(monitoring).filter((text) => /opsgenie/i.test(text))).toEqual([]);
    expect(monitoring.document.variable).not.toHaveProperty("opsgenie_api_key");
  });
});

describe("staging", () => {
  test("has the same monitors as production, but for the one that misses clients, of whom it need not have any", () => {
    const ofProduction = monitorsOf(productionWithClients()).map(({ id }) => id);
    expect(ofProduction).toContain("throughput-none");
    expect(monitorsOf(staging).map(({ id }) => id)).toEqual(ofProduction.filter((id) => id !== "throughput-none"));
  });

  test.each([
    ["staging", staging],
    ["an environment made from it", rehearsal()],
    ["staging in three zones", stagingInThreeZones()],
  ])("never pages: %s", (_name, environment) => {
    const { monitoring } = synthesize(environment);
    expect(textsOf(monitoring).filter((text) => RINGS.test(text))).toEqual([]);
    expect(monitoring.resources().filter(({ type }) => /opsgenie|on_call|pagerduty|webhook/.test(type))).toEqual([]);
  });

  test("the search would find a page, in production", () => {
    expect(textsOf(synthesize(production).monitoring).filter((text) => RINGS.test(text)).length).toBeGreaterThan(0);
  });

  test("is what only environments without a page are: of those that there are, production alone pages", () => {
    expect(environments.filter(({ datadog }) => datadog.paging.kind !== "none").map(({ name }) => name)).toEqual([
      "production",
    ]);
  });
});

describe("tickets", () => {
  test("reach the tracker's address and the channel, once a day while it lasts", () => {
    const ticket = monitorNamed(production, "database-storage-free");
    expect(ticket.message).toContain(
      "{{#is_alert}}@slack-dev-one-dev-one-production-alerts @operations@dev-one.it{{/is_alert}}",
    );
    expect(ticket).toMatchObject({ renotify_interval: 1440, renotify_statuses: ["alert"] });
  });

  test("say in the same places that they have become a warning, whose end only the channel of warnings hears", () => {
    expect(monitorNamed(production, "database-storage-free").message).toContain(
      "{{#is_alert_to_warning}}@slack-dev-one-dev-one-production-alerts @operations@dev-one.it{{/is_alert_to_warning}}",
    );
    // A notice has one channel for both.
    expect(monitorNamed(production, "cpu-server").message).not.toContain("is_alert_to_warning");
  });

  test("say that CloudWatch has fallen silent, once for everything that comes from there", () => {
    const speaking = monitorsOf(production).filter(
      ({ evaluation_delay: delay, notify_no_data: speaks }) => delay !== undefined && speaks === true,
    );
    expect(speaking.map(({ id }) => id)).toEqual(["database-cpu"]);
  });

  test("go to Slack alone where no address is given", () => {
    const silent = productionWith({ tickets: undefined });
    expect(monitorNamed(silent, "database-storage-free").message).not.toContain("@operations");
  });
});
