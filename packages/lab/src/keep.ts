import { once } from "node:events";
import { join } from "node:path";

import { InterruptedError } from "@dev-one/cli/user-error";

import type { Environment } from "./hosts/environment";
import { within } from "./hosts/namespaces";
import { LOSE_ZONE, RETURN_ZONE, VPC_RESOLVER } from "./hosts/topology";

/** Prints how to use the environment, and waits for Ctrl-C. @throws InterruptedError always */
export async function keep(environment: Environment, signal: AbortSignal): Promise<void> {
  console.log(`\nHosts: ${[...environment.hosts.keys()].join(", ")}\n`);
  for (const [what, command] of Object.entries(commandsOf(environment))) console.log(`# ${what}\n${command}\n`);
  console.log("It stays until Ctrl-C.");
  const awake = setInterval(() => undefined, 60_000);
  try {
    if (!signal.aborted) await once(signal, "abort");
  } finally {
    clearInterval(awake);
  }
  throw new InterruptedError("The lab was removed.");
}

/** What a user can do with the hosts, each as one line for a shell. */
function commandsOf(environment: Environment): Record<string, string> {
  const { servers, nodes, options, python, caFile, domain } = environment;
  const [server, node] = [servers[0]?.name ?? "", nodes[0]];
  const zone = node?.zone ?? "";
  const on = (name: string, ...command: readonly string[]): string => [...within(name), ...command].join(" ");
  const rules = environment.model.loadBalancer.listeners.flatMap((listener) => listener.rules);
  const own = rules.find(({ hosts }) => hosts.length > 0)?.hosts[0] ?? domain;
  const questions = JSON.stringify({ server: environment.host(VPC_RESOLVER).address, questions: [[own, "A"]] });
  const probe = join(options.root, "packages/lab/src/hosts/probe.py");
  const tls = `--cacert ${caFile} --resolve ${own}:443:${node?.publicAddress ?? ""}`;
  return {
    "enter a host": on(server, "bash"),
    "ask the load balancer": on("client-1", `curl --silent --max-time 5 ${tls} https://${own}`),
    "resolve a name": on(server, python, probe, "dns", `'${questions}'`),
    [`take ${zone} down`]: on(`router-${zone}`, `nft '${LOSE_ZONE}'`),
    "bring it back": on(`router-${zone}`, RETURN_ZONE),
  };
}
