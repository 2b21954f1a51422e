import * as z from "zod";

import { type Environment, migrationDocumentName, servicesBucketName } from "../../../../src/environments";
import { type Context, type Outcome, POLL_MS } from "./context";
import type { Release } from "./release";
import { remembered } from "./remembered";

/** Releases that are remembered of a service. */
const MOST_RELEASES = 100;

/** Lines of output of a failed migration that are shown. */
const LAST_LINES = 10;

/** Statuses of a command that has not ended. @see https://docs.aws.amazon.com/systems-manager/latest/userguide/monitor-commands.html */
const RUNNING = ["Pending", "InProgress", "Delayed", "Cancelling"];

const migratedReleases = z.array(z.object({ version: z.string(), bundle: z.string() }));

/**
 * Runs the migration of a release on one server by the platform's SSM document, once: `migrated/SERVICE.json` says for which releases it
 * was done. So a release that is rolled out again, after a newer one, migrates nothing.
 *
 * @param servers ids of servers of the service, the best ones first
 * @returns the line of a failed migration; undefined after a successful one, or where there is none to run
 */
export async function migrate(
  release: Release,
  servers: readonly string[],
  environment: Environment,
  context: Context,
): Promise<Outcome | undefined> {
  const { api, say } = context;
  const { service, key, sha256, version, bundle } = release;
  if (bundle === undefined) return undefined;
  const [bucket, record] = [servicesBucketName(environment), `migrated/${service}.json`];
  const done = (await remembered(migratedReleases, bucket, record, api)) ?? [];
  if (done.some((each) => each.version === version && each.bundle === bundle)) return undefined;
  const failed = (result: string): Outcome => ({ what: service, from: "", to: version, result, isGood: false });
  const [server] = servers;
  if (server === undefined) return failed("not migrated: it has no server in service");
  say(`${service}: the migration of ${version} runs on ${server}.`);
  const parameters = sha256 === undefined ? { key } : { key, sha256 };
  const id = await api.runCommand(migrationDocumentName(environment), server, parameters);
  const { status, output } = await waitForEnd(id, server, context);
  if (status !== "Success") {
    const last = output.split("\n").slice(-LAST_LINES).join("\n");
    return failed(`not migrated (${status} on ${server}):\n${last}`);
  }
  await api.putObject(bucket, record, JSON.stringify([{ version, bundle }, ...done].slice(0, MOST_RELEASES)));
  say(`${service}: ${version} is migrated.`);
  return undefined;
}

async function waitForEnd(id: string, server: string, { api, clock, deadline }: Context) {
  for (;;) {
    const result = await api.commandResult(id, server);
    if (!RUNNING.includes(result.status) || clock.now() >= deadline) return result;
    await clock.sleep(POLL_MS);
  }
}
