import { chownSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import type { Run } from "../evidence/figures";
import type { Plan } from "../load/plan";
import { type Nginx, startNginx } from "../server/nginx";
import { startPostgres } from "../server/postgres";
import { becomesReady, startService } from "../server/service";
import { SERVICE } from "../server/shipped-files";
import { STOCK_CONF, STOCK_SITE, whyNoStock } from "../server/stock";
import {
  noProgramOf,
  type Place,
  serviceOf,
  shippedSubstitutions,
  stockSiteSubstitutions,
  stockSubstitutions,
  type Substitution,
} from "../server/substitutions";
import { measure } from "./measure";
import { adapted, placeFor, type Workplace } from "./workplace";

export const NGINX_CONF = "/etc/nginx/nginx.conf";

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
        return (await whyNoStock()) ?? (await runStock(workplace, plan));
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
  await becomesReady(service, `http://127.0.0.1:${place.statusPort}/readyz`, signal);
  return measure(workplace, plan, { place, nginx, hasStatus: true, service, databasePid: database.pid });
}

async function runStock(workplace: Workplace, plan: Plan): Promise<Run | string> {
  const place = placeFor(workplace, plan.scenario, plan.connections);
  const usable = (file: string, substitutions: readonly Substitution[]) =>
    adapted(workplace, `${file} of Debian`, readFileSync(file, "utf8"), substitutions);
  let configuration: string;
  try {
    configuration = usable(STOCK_CONF, stockSubstitutions(place));
    writeFileSync(join(place.directory, "default"), usable(STOCK_SITE, stockSiteSubstitutions(place)));
  } catch (error) {
    if (error instanceof UserError) return error.message.replace(/\.$/, "");
    throw error;
  }
  const nginx = await startNginx(workplace, place, configuration);
  return measure(workplace, plan, { place, nginx, hasStatus: false });
}

function startShipped(workplace: Workplace, place: Place): Promise<Nginx> {
  const shipped = workplace.shipped.read(NGINX_CONF);
  return startNginx(workplace, place, adapted(workplace, NGINX_CONF, shipped, shippedSubstitutions(place)));
}
