import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import type { ListedSubstitution, Run, ScenarioName } from "../evidence";
import { Nginx } from "../server/nginx";
import {
  noProgramOf,
  type Place,
  serviceOf,
  shippedSubstitutions,
  stockSiteSubstitutions,
  stockSubstitutions,
} from "../server/place";
import { Postgres } from "../server/postgres";
import { Service } from "../server/service";
import { SERVICE } from "../server/shipped-files";
import { STOCK_CONF, STOCK_SITE, type StockFiles } from "../server/stock";
import { listed, substitute } from "../server/substitutions";
import { measure, shares } from "./measure";
import { longPollPlan, type Plan, servicePlan, shippedPlan, stockPlan } from "./plan";
import { directoryFor, withoutPaths, type Workplace } from "./workplace";

interface Asked {
  readonly connections: number;
  readonly seconds: number;
}

export const NGINX_CONF = "/etc/nginx/nginx.conf";

/** Runs one scenario, and stops all processes that it started. */
export async function runScenario(
  name: Exclude<ScenarioName, "limit">,
  workplace: Workplace,
  asked: Asked,
  stock: StockFiles,
): Promise<Run> {
  try {
    switch (name) {
      case "shipped":
        return await runShipped(workplace, shippedPlan(asked));
      case "service":
        return await runService(workplace, servicePlan(asked));
      case "long-poll":
        return await runService(workplace, longPollPlan(asked));
      case "stock":
        return await runStock(workplace, stockPlan(asked), stock);
    }
  } finally {
    await workplace.processes.stop();
  }
}

async function runShipped(workplace: Workplace, plan: Plan): Promise<Run> {
  const place = placeFor(workplace, plan.scenario, plan.connections);
  const nginx = await startShipped(workplace, place);
  return measure(workplace, plan, { place, nginx, hasStatus: true });
}

async function runService(workplace: Workplace, plan: Plan): Promise<Run> {
  const { processes, programs, isRoot, user, signal, openFiles, root, environment } = workplace;
  const place = placeFor(workplace, plan.scenario, plan.connections);
  workplace.shipped.write(SERVICE, serviceOf(place.directory));
  workplace.say("starting PostgreSQL and the example service");
  const owner = isRoot ? user : undefined;
  const database = await Postgres.start({
    processes,
    programs: programs.postgres,
    directory: directoryFor(workplace, `db-${plan.scenario}`),
    user: owner,
    openFiles,
    signal,
  });
  const runDirectory = join(place.directory, "run");
  mkdirSync(runDirectory, { recursive: true });
  if (owner !== undefined) chownSync(runDirectory, owner.uid, owner.gid);
  const { credentialsFile } = database;
  const service = await Service.start({ processes, root, place, user: owner, environment, credentialsFile, openFiles });
  const nginx = await startShipped(workplace, place, service);
  await service.becomesReady(`http://127.0.0.1:${place.statusPort}/readyz`, signal);
  return measure(workplace, plan, { place, nginx, hasStatus: true, service, databasePid: database.pid });
}

async function runStock(workplace: Workplace, plan: Plan, stock: StockFiles): Promise<Run> {
  if ("missing" in stock) throw new Error(`The stock scenario cannot be run: ${stock.missing}.`);
  const place = placeFor(workplace, plan.scenario, plan.connections);
  writeFileSync(join(place.directory, "default"), substitute(STOCK_SITE, stock.site, stockSiteSubstitutions(place)));
  const { processes, programs, openFiles, signal } = workplace;
  const configuration = substitute(STOCK_CONF, stock.conf, stockSubstitutions(place));
  const nginx = await Nginx.start({ processes, executable: programs.nginx, place, configuration, openFiles, signal });
  return measure(workplace, plan, { place, nginx, hasStatus: false });
}

/** Starts nginx with the servers' configuration. Without a service nginx answers, as on servers without a program. */
export function startShipped(workplace: Workplace, place: Place, service?: Service): Promise<Nginx> {
  if (service === undefined) writeFileSync(noProgramOf(place.directory), "");
  const { shipped, processes, programs, openFiles, signal } = workplace;
  const configuration = substitute(NGINX_CONF, shipped.read(NGINX_CONF), shippedSubstitutions(place));
  return Nginx.start({ processes, executable: programs.nginx, place, configuration, openFiles, signal });
}

/** @param first offset of the first loopback address from 127.0.0.0 */
export function placeFor(workplace: Workplace, name: string, connections: number, first = 1): Place {
  const { port, statusPort, user } = workplace;
  const directory = directoryFor(workplace, name);
  // Programs that run as an unprivileged user need access.
  chmodSync(directory, 0o755);
  const addresses = shares(workplace, connections, first).map(({ address }) => address);
  return { directory, addresses, port, statusPort, user: user.name, group: user.group };
}

/** Checks that all substitutions match the servers' file. @throws UserError when one does not match */
export function checkShipped(workplace: Workplace): void {
  const place = placeFor(workplace, "listed", 1);
  substitute(NGINX_CONF, workplace.shipped.read(NGINX_CONF), shippedSubstitutions(place));
}

/** The reason why this machine cannot use Debian's default configuration; undefined if it can. */
export function whyNoStock(workplace: Workplace, stock: StockFiles): string | undefined {
  if ("missing" in stock) return stock.missing;
  const place = placeFor(workplace, "listed", 1);
  try {
    substitute(STOCK_CONF, stock.conf, stockSubstitutions(place));
    substitute(STOCK_SITE, stock.site, stockSiteSubstitutions(place));
    return undefined;
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/\.$/, "");
    throw error;
  }
}

/** All file substitutions, for the report. */
export function listSubstitutions(workplace: Workplace, scenarios: readonly ScenarioName[]): ListedSubstitution[] {
  const place = placeFor(workplace, "listed", 1);
  const plain = withoutPaths(workplace);
  return [
    ...listed(NGINX_CONF, shippedSubstitutions(place), plain),
    ...(scenarios.includes("stock")
      ? [
          ...listed(`${STOCK_CONF} of Debian`, stockSubstitutions(place), plain),
          ...listed(`${STOCK_SITE} of Debian`, stockSiteSubstitutions(place), plain),
        ]
      : []),
  ];
}
