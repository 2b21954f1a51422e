import { setTimeout as delay } from "node:timers/promises";

import { type LoadBalancer, shortened, type TargetGroup } from "../compile/load-balancer";
import type { Model } from "../compile/model";
import { count } from "../evidence/finding";
import { type Environment, type Host, NoFreeAddress } from "../hosts/environment";
import { isHealthyTarget } from "../hosts/load-balancer";
import { eventTimeline } from "../load/event-timeline";
import { crossZoneNames, defaultGroup, type NamedUsers, placedUsers, targetsOf } from "./default-group";
import { failuresIn, reasonsIn } from "./failures";
import { type PlacedLoad, runLabLoad } from "./lab-load";
import { answer, conditions, type LabScenario, type ScenarioContext } from "./lab-scenario";

export interface Size {
  /** Factor by which all times of the load balancer and of the shutdown are divided. */
  readonly shortened: number;
  /** Servers of each zone that are replaced. */
  readonly perZone: number;
}

export const FULL: Size = { shortened: 1, perZone: Infinity };
export const QUICK: Size = { shortened: 5, perZone: 1 };

/** The longest request that a service may hold; nginx waits for it longer, the load balancer's idle timeout is longer still. */
const LONGEST_REQUEST_SECONDS = 50;
/** Seconds of `dev-one-drain`, and a reserve for everything that has no time of its own. */
const SHUTDOWN_SECONDS = 35;
const RESERVE_SECONDS = 6;
const CALM_SECONDS = 10;
const TIMEOUT_SECONDS = 10;
/** Auto Scaling repeats a launch that fails. */
const RETRY_MS = 1_000;

/** The named servers are replaced under load, one after the other and zone after zone, as an instance refresh does it. */
export const replacement = (size: Size): LabScenario => ({
  name: "replacement",
  title: `servers are replaced under load${conditions(size.shortened)}`,
  notices: ["aws_lb_target_group deregistration_delay"],
  async run(context) {
    const { environment, promised } = context;
    const balancer = shortened(environment.model.loadBalancer, size.shortened);
    const servers = namedServers(promised).flatMap((zone) => zone.slice(0, size.perZone));
    const group = defaultGroup(shortened(promised.loadBalancer, size.shortened));
    await environment.balance(balancer);
    const holding = new Map<string, () => Promise<void>>();
    try {
      const hold = async (name: string) => {
        holding.set(name, await environment.server(name).holdRequests(environment.options.root));
      };
      await Promise.all(targetsOf(context).map(({ name }) => hold(name)));
      const one =
        group.deregistrationDelay + SHUTDOWN_SECONDS / size.shortened + healthySeconds(group) + RESERVE_SECONDS;
      const seconds = Math.ceil(2 * CALM_SECONDS + servers.length * one);
      const began = Date.now();
      const replaced: Replaced[] = [];
      const marks: { second: number; text: string }[] = [];
      let ended = Infinity;
      const rollOut = async () => {
        for (const name of servers) {
          marks.push({ second: Math.round((Date.now() - began) / 1000), text: name });
          replaced.push(await replace(environment, balancer, { name, size, hold }));
        }
        ended = (Date.now() - began) / 1000;
      };
      const load = await runLabLoad(context, loadsOf(context, seconds, size), [{ second: CALM_SECONDS, run: rollOut }]);
      return report(context, {
        ...load,
        replaced,
        marks,
        servers,
        group,
        size,
        isLate: ended > seconds,
      });
    } finally {
      await Promise.all([...holding.values()].map((stop) => stop()));
      await environment.balance(environment.model.loadBalancer);
    }
  },
});

const heldSeconds = (size: Size): number => Math.round(LONGEST_REQUEST_SECONDS / size.shortened);

/** Seconds after which a registered target must be healthy. */
const healthySeconds = ({ healthCheck: { healthy, interval } }: TargetGroup): number => (healthy + 1) * interval;

/** Names of the servers of each subnet in which no other address is free: the named servers of each zone. */
function namedServers({ network: { subnets, hosts } }: Model): string[][] {
  return subnets
    .map(({ address, assignable }) => {
      const own = hosts.filter(({ subnet, kind }) => subnet === address && kind === "server");
      return own.length === assignable.length ? own.map(({ name }) => name) : [];
    })
    .filter((names) => names.length > 0);
}

function loadsOf(context: ScenarioContext, seconds: number, size: Size): PlacedLoad[] {
  const common = { rampSeconds: 2, seconds, timeoutSeconds: TIMEOUT_SECONDS, intervalSeconds: 1 };
  const wait = heldSeconds(size);
  const held = { ...common, rampSeconds: wait, intervalSeconds: 0, waitSeconds: wait, path: `/events?wait=${wait}` };
  const all: NamedUsers[] = [
    { ...common, name: "kept connections", client: "next-address", users: 40 },
    { ...common, name: "new connections", client: "new-connection", users: 20 },
    { ...held, name: "held requests", client: "next-address", users: 60 },
    ...crossZoneNames(context).map((server): NamedUsers => {
      return { ...common, name: "names of servers", client: "next-address", users: 10, server };
    }),
  ];
  return placedUsers(context, all);
}

interface Replaced {
  readonly name: string;
  /** The server that has its name and address afterwards. */
  readonly host: Host;
  /** Launches that failed, because the old interface had the address. */
  readonly refused: number;
  /** Whether a launch succeeded before the old interface was removed. */
  readonly isEarly: boolean;
  /** Seconds from the registration until it was healthy at every node, and requests that it got in the next seconds. */
  readonly healthyAfter: number;
  readonly requests: number;
}

/** What Auto Scaling, the load balancer and the server do when a server is terminated and another one is launched. */
async function replace(
  environment: Environment,
  balancer: LoadBalancer,
  { name, size, hold }: { readonly name: string; readonly size: Size; readonly hold: (name: string) => Promise<void> },
): Promise<Replaced> {
  const { nodes, model } = environment;
  const subnet = model.network.hosts.find((host) => host.name === name)?.subnet ?? "";
  const groups = balancer.groups.filter(
    ({ isAutoScaled, targets }) => isAutoScaled && targets.some((target) => target.name === name),
  );
  const delaySeconds = Math.max(0, ...groups.map(({ deregistrationDelay }) => deregistrationDelay));
  let isTerminated = false;
  const terminating = (async () => {
    await Promise.all(nodes.map((node) => node.deregister(name, groups)));
    await delay(delaySeconds * 1000);
    await Promise.all(nodes.map((node) => node.disconnect(name, groups)));
    await environment.server(name).shutDown(size.shortened);
    isTerminated = true;
    await environment.terminate(name);
  })();
  const launching = launch(environment, subnet);
  const { host, refused } = await launching;
  const isEarly = !isTerminated;
  await terminating;
  await hold(host.name);
  await Promise.all(nodes.map((node) => node.register(host.name, groups)));
  const registered = Date.now();
  while (!(await isHealthyTarget(nodes, host.name))) await delay(100);
  const healthyAfter = (Date.now() - registered) / 1000;
  const before = await requestsOf(environment, host.name);
  await delay(3_000);
  return { name, host, refused, isEarly, healthyAfter, requests: (await requestsOf(environment, host.name)) - before };
}

/** Launches a server, again and again as long as its subnet has no free address. */
async function launch(environment: Environment, subnet: string): Promise<{ host: Host; refused: number }> {
  for (let refused = 0; ; refused += 1) {
    try {
      return { host: await environment.launch(subnet), refused };
    } catch (error) {
      if (!(error instanceof NoFreeAddress)) throw error;
      await delay(RETRY_MS);
    }
  }
}

async function requestsOf({ nodes }: Environment, server: string): Promise<number> {
  const rows = (await Promise.all(nodes.map((node) => node.statistics()))).flat();
  return rows.filter((row) => row.server === server).reduce((sum, { requests }) => sum + requests, 0);
}

interface Run extends Awaited<ReturnType<typeof runLabLoad>> {
  readonly replaced: readonly Replaced[];
  readonly marks: readonly { readonly second: number; readonly text: string }[];
  readonly servers: readonly string[];
  readonly group: TargetGroup;
  readonly size: Size;
  /** Whether servers were still replaced when the load had ended. */
  readonly isLate: boolean;
}

function report({ promised }: ScenarioContext, run: Run) {
  const { results, foreignCpu, replaced, marks, servers, group, size, isLate } = run;
  const whole = { from: 0, to: Infinity };
  const failed = failuresIn(results, whole);
  const requests = results.flatMap(({ seconds }) => seconds).reduce((sum, { planned }) => sum + planned, 0);
  const noted = (text: string) => `${text}${conditions(size.shortened, foreignCpu)}`;
  const addresses = new Map(promised.network.hosts.map(({ name, address }) => [name, address]));
  const moved = replaced.filter(({ name, host }) => addresses.get(name) !== host.address);
  const refused = replaced.reduce((sum, each) => sum + each.refused, 0);
  const longest = Math.max(0, ...replaced.map(({ healthyAfter }) => healthyAfter));
  const allowed = healthySeconds(group) + 1;
  return {
    answers: [
      answer(
        `${servers.length} servers are replaced one after the other, zone after zone: no request is lost.`,
        [
          ...(failed > 0 ? [`${count(failed)} requests failed: ${reasonsIn(results, whole)}`] : []),
          ...(isLate ? ["the load had ended before all servers were replaced"] : []),
        ],
        noted(
          `${count(requests)} requests, some of which the servers held for ${heldSeconds(size)} s, and none failed`,
        ),
      ),
      answer(
        "Each server comes back at its own address.",
        moved.map(({ name, host }) => `${name} came back at ${host.address}`),
        noted(replaced.map(({ name, host }) => `${name} ${host.address}`).join(", ")),
      ),
      answer(
        "A launch waits for the network interface of the server before.",
        [
          ...replaced.filter(({ isEarly }) => isEarly).map(({ name }) => `${name} was launched beside the old one`),
          ...(refused === 0 ? ["no launch was refused"] : []),
        ],
        noted(
          `${refused} launches were refused because the subnet had no free address, until the interface was removed`,
        ),
      ),
      answer(
        `A new server gets requests after ${group.healthCheck.healthy} health checks.`,
        [
          ...(longest > allowed ? [`a server was healthy only after ${longest.toFixed(1)} s`] : []),
          ...replaced.filter((each) => each.requests === 0).map(({ name }) => `${name} got no request`),
        ],
        noted(`healthy at every node after at most ${longest.toFixed(1)} s, and requests came`),
      ),
    ],
    figures: {
      ...{ shortened: size.shortened, requests, failed, refused, healthyAfter: longest },
      addresses: Object.fromEntries(replaced.map(({ name, host }) => [name, host.address])),
    },
    timelines: {
      replacement: eventTimeline(Object.fromEntries(results.map(({ name, seconds }) => [name, seconds])), {
        title: `${servers.length} servers are replaced under load${conditions(size.shortened)}`,
        ...{ foreignCpu, marks },
      }),
    },
  };
}
