import { existsSync } from "node:fs";

import { execa } from "execa";

import { type Report, seconds } from "../report";
import { type Server, SYSTEMD_ENVIRONMENT } from "../server";

/** TimeoutStartSec= of the unit that runs `install`. */
const MOST_SECONDS = 180;

/**
 * Runs `install` twice: a server runs it at every boot.
 * @returns whether both runs succeeded, or there is none
 */
export async function checkInstall(report: Report, server: Server, signal: AbortSignal): Promise<boolean> {
  const install = server.path("/opt/dev-one/service/install");
  if (!existsSync(install)) {
    report.skipped("install", "the folder has none");
    return true;
  }
  const took: string[] = [];
  for (const time of ["first", "second"]) {
    const start = Date.now();
    const running = execa(install, [], {
      cwd: "/",
      env: SYSTEMD_ENVIRONMENT,
      extendEnv: false,
      all: true,
      reject: false,
      stdin: "ignore",
      timeout: MOST_SECONDS * 1000,
      cancelSignal: signal,
    });
    const { failed, timedOut, exitCode, all, shortMessage } = await report.during(`install, ${time} run`, running);
    signal.throwIfAborted();
    if (failed) {
      const how = timedOut
        ? `takes longer than ${MOST_SECONDS} s`
        : exitCode === undefined
          ? shortMessage
          : `ends with status ${exitCode}`;
      report.failed(
        "install",
        `the ${time} run ${how}`,
        "systemd runs it again every half minute, and the server stays unhealthy",
      );
      report.output(all.trimEnd().split("\n").slice(-5));
      return false;
    }
    took.push(seconds(Date.now() - start));
  }
  report.ok("install", `succeeds twice, in ${took.join(" and ")}`);
  return true;
}
