import { defineEnvironment, servicesWithGroup } from "../../src/config";
import { fixture } from "../fixtures/environment";
import { threeZones } from "../fixtures/variants";
import { ON_CALL, OPSGENIE } from "./mistakes/datadog";
import { defineWith, inDatadog, setting } from "./mistakes/mistake";

test.each([OPSGENIE, ON_CALL])(
  "paging by $kind is accepted in an environment that is protected from destruction",
  (paging) => {
    expect(defineWith(inDatadog({ paging })).datadog.paging).toMatchObject(paging);
  },
);

test("there are no pages by default", () => {
  expect(defineWith().datadog.paging).toEqual({ kind: "none" });
  expect(defineWith(setting({ name: "staging" }), inDatadog({})).datadog.paging).toEqual({ kind: "none" });
});

test("one threshold may be changed, and the others stay", () => {
  const { thresholds } = defineWith(inDatadog({ thresholds: { cpuPercent: { critical: 95 } } })).datadog;
  expect(thresholds.cpuPercent).toEqual({ warning: 85, critical: 95 });
  expect(thresholds.networkPercent).toEqual({ warning: 70, critical: 85 });
});

const ownGroup = { kind: "own-group", maximum: 4 } as const;
const image = "ami-0123456789abcdef0";

test.each([
  ["no release by default", undefined],
  ["the folder of a program", { version: "1.0.0", folder: "src/servers/example-service" }],
  ["the program of an image", { version: "1.0.0", image }],
])("takes %s", (_, release) => {
  const releases = release === undefined ? {} : { api: release };
  expect(defineWith(setting({ releases })).releases).toEqual(releases);
});

test("a group of a service's own has one server in each zone, unless the entry says more", () => {
  const sizes = [fixture, threeZones].map((environment) => {
    const services = { ...environment.services, shop: { owner: "shop", hosts: ["shop"], runsOn: ownGroup } };
    return servicesWithGroup(defineEnvironment({ ...environment, services })).map(({ placement }) => placement.minimum);
  });
  expect(sizes).toEqual([[2], [3]]);
});

test("one service on all servers is reached by the apex, the wildcard and no host of its own, unless settings say more", () => {
  expect(defineWith().services.api).toEqual({
    owner: "dev-one",
    hosts: [],
    apex: true,
    wildcard: true,
    runsOn: { kind: "named-servers" },
    healthPath: "/healthz",
    maxBodyMib: 1,
    secrets: [],
    jobs: {},
    settings: {},
    objectives: { availabilityPercent: 99.9, latencyPercent: 99, latencySeconds: 1 },
    hasClients: false,
    alerts: {},
  });
});
