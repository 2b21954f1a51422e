import { join } from "node:path";

import type { Processes } from "../machine/processes";

export const CHECK = "/etc/datadog-agent/checks.d/dev_one_tcp.py";
const INTERVAL_SECONDS = 5;

/**
 * Runs the servers' custom check as the Datadog Agent does: the same class, every few seconds.
 * @param file the check in the scratch directory
 */
export function startAgentCheck(processes: Processes, root: string, directory: string, file: string) {
  const script = join(root, "packages/lab/src/measure/agent_check.py");
  const command = [join(root, ".venv/bin/python"), "-I", script, file, String(INTERVAL_SECONDS)] as const;
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
