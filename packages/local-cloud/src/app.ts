// A CDKTF app for the local cloud: `cdktf deploy --app "node scripts/run.mjs packages/local-cloud/src/app.ts" STACK`.
//
// Synthesizes with main.ts, as `cdktf` does by default, then sets the endpoints of the written stacks to the local cloud in
// AWS_ENDPOINT_URL (`npm start -- --keep` prints it), and the Datadog endpoint to the stand-in in DEV_ONE_DATADOG_URL, or to a
// closed port when that variable is not set. The committed configuration is not changed.
import { join } from "node:path";

import { interruptible } from "@dev-one/cli/interrupt";
import { type JsonObject, writeJsonFile } from "@dev-one/cli/json";
import { projectRoot } from "@dev-one/cli/project-root";
import { runMain, UserError } from "@dev-one/cli/user-error";
import { findProviders, type FoundProvider, relaxProviders, requiredProviders } from "@dev-one/terraform-cli";
import { adaptStack, isLoopback, localCloudUrl } from "@dev-one/terraform-json/local-endpoints";
import { synthesize } from "@dev-one/terraform-json/synthesis";

async function main(signal: AbortSignal): Promise<void> {
  const { CDKTF_OUTDIR: outdir, DEV_ONE_DATADOG_URL: datadogUrl } = process.env;
  const url = localCloudUrl();
  const root = projectRoot();
  if (outdir === undefined) throw new UserError("CDKTF_OUTDIR is not set: this app is started by cdktf.");
  if (url === undefined) {
    throw new UserError("AWS_ENDPOINT_URL must be the local cloud's address, as `npm start -- --keep` prints it.");
  }
  if (datadogUrl !== undefined && !isLoopback(datadogUrl)) {
    throw new UserError(
      "DEV_ONE_DATADOG_URL must be the address of packages/local-cloud/src/datadog-stand-in on this machine, such as http://127.0.0.1:8126.",
    );
  }
  for (const { name, json } of await synthesize(root, outdir, signal)) {
    const found = await providersFor(json, join(outdir, "providers"));
    writeJsonFile(
      join(outdir, "stacks", name, "cdk.tf.json"),
      adaptStack(relaxProviders(json, found).stack, url, datadogUrl),
    );
  }
}

/** A stack with a missing provider does not prevent the deployment of others; Terraform reports it when that stack is deployed. */
async function providersFor(json: JsonObject, scratch: string): Promise<readonly FoundProvider[]> {
  try {
    return (await findProviders(requiredProviders(json), { scratch })).found;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

await runMain(() => interruptible(main));
