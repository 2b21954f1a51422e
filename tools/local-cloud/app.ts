// A CDKTF app for the local cloud: `cdktf deploy --app "node tools/run.mjs tools/local-cloud/app.ts" STACK`.
//
// Synthesizes with main.ts, as `cdktf` does otherwise, then leads the written stacks to the local cloud whose address is in
// AWS_ENDPOINT_URL (`npm start -- --keep` prints it). The committed configuration stays as it is.
import { join } from "node:path";

import { interruptible } from "../interrupt";
import { type JsonObject, writeJsonFile } from "../json";
import { projectRoot } from "../project-root";
import { synthesize } from "../synthesis";
import { findProviders, type FoundProvider, relaxProviders, requiredProviders } from "../terraform";
import { runMain, UserError } from "../user-error";
import { adaptStack } from "./adapt";

async function main(signal: AbortSignal): Promise<void> {
  const { CDKTF_OUTDIR: outdir, AWS_ENDPOINT_URL: url } = process.env;
  const root = projectRoot();
  if (outdir === undefined) throw new UserError("CDKTF_OUTDIR is not set: this app is started by cdktf.");
  if (url === undefined || !/^http:\/\/127\.0\.0\.1:\d+$/.test(url)) {
    throw new UserError("AWS_ENDPOINT_URL must be the local cloud's address, as `npm start -- --keep` prints it.");
  }
  for (const { name, json } of await synthesize(root, outdir, signal)) {
    const found = await providersFor(json, join(outdir, "providers"));
    writeJsonFile(join(outdir, "stacks", name, "cdk.tf.json"), adaptStack(relaxProviders(json, found).stack, url));
  }
}

/** A stack whose provider is not to be had is no hindrance to the others; Terraform says so when that one is asked for. */
async function providersFor(json: JsonObject, scratch: string): Promise<readonly FoundProvider[]> {
  try {
    return (await findProviders(requiredProviders(json), { scratch })).found;
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

await runMain(() => interruptible(main));
