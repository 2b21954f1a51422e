import { join } from "node:path";

import type { Processes, Program } from "../processes";

export const CHECK = "/etc/datadog-agent/checks.d/dev_one_tcp.py";
const INTERVAL_SECONDS = 5;

/** The custom check of the servers, run as the Datadog agent runs it: the real class, every few seconds. */
export class AgentCheck {
  private taken = 0;

  private constructor(private readonly program: Program) {}

  static start(options: {
    readonly processes: Processes;
    readonly root: string;
    readonly directory: string;
    /** The check, as it was written to the scratch directory. */
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

  /** The newest count of established sockets, or null when there is none since the last call. */
  take(): number | null {
    const counts = parseCounts(this.program.printed());
    if (counts.length <= this.taken) return null;
    this.taken = counts.length;
    return counts.at(-1) ?? null;
  }
}

/** A JSON object on each line; the last one may be half written. */
export function parseCounts(output: string): number[] {
  return output.split("\n").flatMap((line) => {
    const match = /^\{"established": (\d+)\}$/.exec(line.trim());
    return match ? [Number(match[1])] : [];
  });
}
