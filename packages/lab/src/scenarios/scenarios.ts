import { chownSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";
import { type Nginx, startNginx } from "@dev-one/service/nginx";
import { startPostgres } from "@dev-one/service/postgres";
import { NGINX_CONF, NGINX_INCLUDE, SERVICE } from "@dev-one/service/shipped-files";
import {
  includeOf,
  includeSubstitutions,
  noProgramOf,
  type Place,
  serviceOf,
  shippedSubstitutions,
  stockSiteSubstitutions,
  stockSubstitutions,
  type Substitution,
} from "@dev-one/service/substitutions";

import type { Run } from "../evidence/figures";
import type { Plan } from "../load/plan";
import { ask } from "../measure/ask";
import { startService } from "../server/service";
import { measure } from "./measure";
import { adapted, placeFor, type Workplace } from "./workplace";

const STOCK_SITE = "/etc/nginx/sites-available/default";

/** Runs one scenario, and stops all processes that it started. @throws UserError when this machine cannot run it */
export async function runScenario(workplace: Workplace, plan: Plan): Promise<Run> {
  const place = placeFor(workplace, `${plan.scenario}-${plan.connections}`, plan.connections);
  try {
    switch (plan.scenario) {
      case "service":
      case "long-poll":
        return await runWithService(workplace, plan, place);
      case "stock":
        return await runStock(workplace, plan, place);
      default:
        return await runAlone(workplace, plan, place);
    }
  } finally {
    await workplace.processes.stop();
  }
}

/** Without a service nginx answers, as on servers without a program. */
async function runAlone(workplace: Workplace, plan: Plan, place: Place): Promise<Run> {
  writeFileSync(noProgramOf(place.directory), "");
  const nginx = await startShipped(workplace, place);
  return measure(workplace, plan, { place, nginx });
}

async function runWithService(workplace: Workplace, plan: Plan, place: Place): Promise<Run> {
  const { signal, scratch, shipped, processes, user } = workplace;
  shipped.write(SERVICE, serviceOf(place.directory));
  workplace.say("starting PostgreSQL and the example service");
  const owner = process.getuid?.() === 0 ? user : undefined;
  const database = await startPostgres(processes, join(scratch, `db-${plan.scenario}`), owner);
  const runDirectory = join(place.directory, "run");
  mkdirSync(runDirectory, { recursive: true });
  if (owner !== undefined) chownSync(runDirectory, owner.uid, owner.gid);
  const service = startService(workplace, place.directory, database.credentialsFile, owner);
  const nginx = await startShipped(workplace, place);
  const isReady = async () => (await ask(`http://127.0.0.1:${place.statusPort}/readyz`)) !== undefined;
  await service.becomes("The example service did not become ready", isReady, 30, signal);
  return measure(workplace, plan, { place, nginx, service, databasePid: database.program.pid });
}

/** @throws UserError when this machine does not have Debian's own configuration */
async function runStock(workplace: Workplace, plan: Plan, place: Place): Promise<Run> {
  const texts = [NGINX_CONF, STOCK_SITE].map((file) => (existsSync(file) ? readFileSync(file, "utf8") : ""));
  const [conf = "", site = ""] = texts;
  if (!conf.includes("worker_connections 768;")) {
    throw new UserError(`${NGINX_CONF} is missing or not as Debian's package brought it.`);
  }
  const changedSite = adapted(workplace, `${STOCK_SITE} of Debian`, site, stockSiteSubstitutions(place));
  writeFileSync(join(place.directory, "default"), changedSite);
  const changed = adapted(workplace, `${NGINX_CONF} of Debian`, conf, stockSubstitutions(place));
  const nginx = await startNginx(workplace, place.directory, changed);
  return measure(workplace, plan, { place, nginx });
}

function startShipped(workplace: Workplace, place: Place): Promise<Nginx> {
  const usable = (file: string, substitutions: readonly Substitution[]) =>
    adapted(workplace, file, workplace.shipped.read(file), substitutions);
  writeFileSync(includeOf(place.directory), usable(NGINX_INCLUDE, includeSubstitutions(place)));
  return startNginx(workplace, place.directory, usable(NGINX_CONF, shippedSubstitutions(place)));
}
