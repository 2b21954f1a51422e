import { join } from "node:path";

import type { Processes, Program } from "../processes";

export const CHECK = "/etc/datadog-agent/checks.d/dev_one_tcp.py";
const INTERVAL_SECONDS = 5;

/** Runs the servers' custom check as the Datadog Agent does: the same class, every few seconds. */
export class AgentCheck {
  private taken = 0;

  private constructor(private readonly program: Program) {}

  static start(options: {
    readonly processes: Processes;
    readonly root: string;
    readonly directory: string;
    /** File of the check in the scratch directory. */
    readonly file: string;
    readonly openFiles: number;
  }): AgentCheck {
    const { processes, root, directory, file, openFiles } = options;
    const script = join(root, "packages", "lab", "src", "agent_check.py");
    const python = join(root, ".venv", "bin", "python");
    return new AgentCheck(
      processes.start({
        name: "agent-check",
        command: [python, "-I", script, file, String(INTERVAL_SECONDS)],
        directory,
        openFiles,
      }),
    );
  }

  stop(): Promise<void> {
    return this.program.stop();
  }

  /** The latest count of established sockets; null without a new count since the last call. */
  take(): number | null {
    const counts = parseCounts(this.program.printed());
    if (counts.length <= this.taken) return null;
    this.taken = counts.length;
    return counts.at(-1) ?? null;
  }
}

/** Parses one JSON object per line. The last line can be incomplete. */
export function parseCounts(output: string): number[] {
  return output.split("\n").flatMap((line) => {
    const match = /^\{"established": (\d+)\}$/.exec(line.trim());
    return match ? [Number(match[1])] : [];
  });
}
