// The stand-in as a process of its own, for deployments by hand. It prints its port in one line of JSON. It exits on SIGTERM, and
// when its stdin closes, so that it does not outlive its terminal.
import { runMain, UserError } from "@dev-one/cli/user-error";

import { DatadogApi } from "./server";

async function main(): Promise<void> {
  const [port = "0", ...rest] = process.argv.slice(2);
  if (!/^\d{1,5}$/.test(port) || rest.length > 0)
    throw new UserError("Usage: node scripts/run.mjs packages/local-cloud/src/datadog-stand-in/main.ts [PORT]");
  const api = await DatadogApi.start({ port: Number(port) });
  console.log(JSON.stringify({ port: api.port, pid: process.pid }));
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.stdin.once("end", resolve).once("error", resolve).resume();
  });
  await api.stop();
  process.stdin.destroy();
}

await runMain(main);
