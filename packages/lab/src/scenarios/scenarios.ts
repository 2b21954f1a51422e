import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Run } from "../evidence/figures";
import type { Plan } from "../load/plan";
import { type Nginx, startNginx } from "../server/nginx";
import { startPostgres } from "../server/postgres";
import { startService } from "../server/service";
import { SERVICE } from "../server/shipped-files";
import {
  noProgramOf,
  type Place,
  serviceOf,
  shippedSubstitutions,
  stockSiteSubstitutions,
  stockSubstitutions,
  SubstitutionError,
} from "../server/substitutions";
import { measure } from "./measure";
import { adapted, placeFor, type Workplace } from "./workplace";

export const NGINX_CONF = "/etc/nginx/nginx.conf";
const STOCK_CONF = "/etc/nginx/nginx.conf";
const STOCK_SITE = "/etc/nginx/sites-available/default";

/**
 * Runs one scenario, and stops all processes that it started.
 * @returns the reason, if this machine cannot run it
 */
export async function runScenario(workplace: Workplace, plan: Plan): Promise<Run | string> {
  try {
    switch (plan.scenario) {
      case "service":
      case "long-poll":
        return await runWithService(workplace, plan);
      case "stock":
        return await runStock(workplace, plan);
      default:
        return await runAlone(workplace, plan);
    }
  } finally {
    await workplace.processes.stop();
  }
}

/** Without a service nginx answers, as on servers without a program. */
export async function runAlone(workplace: Workplace, plan: Plan, firstAddress = 1): Promise<Run> {
  const place = placeFor(workplace, `${plan.scenario}-${plan.connections}`, plan.connections, firstAddress);
  writeFileSync(noProgramOf(place.directory), "");
  const nginx = await startShipped(workplace, place);
  return measure(workplace, plan, { place, nginx, hasStatus: true });
}

async function runWithService(workplace: Workplace, plan: Plan): Promise<Run> {
  const { signal, scratch, shipped } = workplace;
  const place = placeFor(workplace, plan.scenario, plan.connections);
  shipped.write(SERVICE, serviceOf(place.directory));
  workplace.say("starting PostgreSQL and the example service");
  const owner = process.getuid?.() === 0 ? workplace.user : undefined;
  const database = await startPostgres(workplace, join(scratch, `db-${plan.scenario}`), owner);
  const runDirectory = join(place.directory, "run");
  mkdirSync(runDirectory, { recursive: true });
  if (owner !== undefined) chownSync(runDirectory, owner.uid, owner.gid);
  const service = startService(workplace, place.directory, database.credentialsFile, owner);
  const nginx = await startShipped(workplace, place);
  const isReady = async () =>
    (await fetch(`http://127.0.0.1:${place.statusPort}/readyz`).catch(() => undefined))?.ok === true;
  await service.becomes("The example service did not become ready", isReady, 30, signal);
  return measure(workplace, plan, { place, nginx, hasStatus: true, service, databasePid: database.pid });
}

/** @returns the reason, if this machine does not have Debian's own configuration */
async function runStock(workplace: Workplace, plan: Plan): Promise<Run | string> {
  const place = placeFor(workplace, plan.scenario, plan.connections);
  const texts = [STOCK_CONF, STOCK_SITE].map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
  const [conf = "", site = ""] = texts;
  if (!conf.includes("worker_connections 768;"))
    return `${STOCK_CONF} is missing or not as Debian's package brought it`;
  try {
    const changedSite = adapted(workplace, `${STOCK_SITE} of Debian`, site, stockSiteSubstitutions(place));
    writeFileSync(join(place.directory, "default"), changedSite);
    const changed = adapted(workplace, `${STOCK_CONF} of Debian`, conf, stockSubstitutions(place));
    const nginx = await startNginx(workplace, place, changed);
    return await measure(workplace, plan, { place, nginx, hasStatus: false });
  } catch (error) {
    if (error instanceof SubstitutionError) return error.message.replace(/\.$/, "");
    throw error;
  }
}

function startShipped(workplace: Workplace, place: Place): Promise<Nginx> {
  const shipped = workplace.shipped.read(NGINX_CONF);
  return startNginx(workplace, place, adapted(workplace, NGINX_CONF, shipped, shippedSubstitutions(place)));
}
