import { join } from "node:path";

import type { Processes } from "@dev-one/service/processes";
import type { ShippedFiles } from "@dev-one/service/shipped-files";

const CHECKS = "/etc/datadog-agent/checks.d";
const INTERVAL_SECONDS = 5;

/** Runs the servers' custom check as the Datadog Agent does: the same class, every few seconds. */
export function startAgentCheck(
  {
    processes,
    root,
    shipped,
  }: { readonly processes: Processes; readonly root: string; readonly shipped: ShippedFiles },
  directory: string,
) {
  const checks = join(directory, "agent");
  shipped.write(CHECKS, checks);
  const python = [join(root, ".venv/bin/python"), "-I", join(root, "packages/lab/src/measure/agent_check.py")];
  const command = [...python, join(checks, "dev_one_tcp.py"), String(INTERVAL_SECONDS)];
  const program = processes.start({ name: "agent-check", command, directory });
  let taken = 0;
  return {
    /** The latest count of established sockets; null without a new count since the last call. */
    take: (): number | null => {
      const counts = parseCounts(program.printed());
      const isNew = counts.length > taken;
      taken = counts.length;
      return isNew ? (counts.at(-1) ?? null) : null;
    },
    stop: () => program.stop(),
  };
}

/** Parses one JSON object per line. The last line can be incomplete. */
export function parseCounts(output: string): number[] {
  return [...output.matchAll(/^\{"established": (\d+)\}$/gm)].map(([, count]) => Number(count));
}
