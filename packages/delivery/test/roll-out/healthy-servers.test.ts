import { SYSTEM_CLOCK } from "../../src/roll-out/context";
import { waitForHealthyServers } from "../../src/roll-out/healthy-servers";
import { FakeAws, type FakeInstance } from "./fake-aws";

const NO_CAPACITY = "We currently do not have sufficient m7g.xlarge capacity in the Availability Zone you requested.";

let aws: FakeAws;

beforeEach(() => {
  aws = new FakeAws();
});

const wait = () =>
  waitForHealthyServers([...aws.groups.keys()], {
    stack: "staging",
    later: [],
    ...aws.tools,
    deadline: Number.POSITIVE_INFINITY,
  });

/** Changes one server of zone-1, which later becomes healthy. */
function oneServer(change: Partial<FakeInstance>): void {
  const [server] = aws.add("zone-1", 1).instances;
  if (server === undefined) throw new Error("There is no server");
  const before = { ...server };
  Object.assign(server, change);
  aws.onSleep = () => Object.assign(server, before);
}

test("ends when all servers are in service and healthy at the load balancer, and says each change", async () => {
  oneServer({ state: "Pending", health: "unhealthy target" });
  aws.add("elastic", 1, 0);
  expect(await wait()).toEqual([]);
  expect(aws.said).toEqual([
    "zone-1: 3 of 4 servers in service and healthy.",
    "elastic: 0 of 0 servers in service and healthy.",
    "zone-1: 4 of 4 servers in service and healthy.",
  ]);
});

test.each<[string, Partial<FakeInstance>]>([
  ["is not in service yet, though healthy in the target group", { state: "Pending" }],
  ["is unhealthy in its group", { health: "unhealthy" }],
  ["is not healthy in its target groups", { health: "unhealthy target" }],
])("does not count a server that %s", async (_what, change) => {
  oneServer(change);
  aws.group("zone-1").targetGroups = 2;
  await wait();
  expect(aws.said).toEqual([
    "zone-1: 3 of 4 servers in service and healthy.",
    "zone-1: 4 of 4 servers in service and healthy.",
  ]);
});

test("asks nothing without groups", async () => {
  aws.error = new Error("asked");
  expect(await wait()).toEqual([]);
});

test("ends after 20 minutes, and names each group that lacks servers with its last failed scaling activity", async () => {
  aws.add("zone-1", 3, 2).desired = 4;
  aws.group("zone-1").failure = { at: new Date("2026-11-30T10:30:00Z"), message: NO_CAPACITY };
  aws.add("zone-2", 3);
  aws.add("elastic", 3, 0).desired = 1;
  const after = "after 20 minutes;";
  const see = "see docs/runbooks/server-replaced.md";
  expect(await wait()).toEqual([
    {
      what: "zone-1",
      from: "3",
      to: "3",
      result: `2 of 4 servers in service and healthy ${after} the last failed scaling activity, at 2026-11-30T10:30:00.000Z, says: ${NO_CAPACITY.slice(0, -1)}; ${see}`,
      isGood: false,
    },
    {
      what: "elastic",
      from: "3",
      to: "3",
      result: `0 of 1 servers in service and healthy ${after} no scaling activity has failed; ${see}`,
      isGood: false,
    },
  ]);
  expect(aws.minutes).toBe(20);
});

test("the clock of the process is the real one", () => {
  expect(Math.abs(SYSTEM_CLOCK.now() - Date.now())).toBeLessThan(1000);
});
