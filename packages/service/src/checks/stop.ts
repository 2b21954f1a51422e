import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { ask, Connection, shown } from "../http";
import { type Report, seconds } from "../report";
import type { Server } from "../server";
import type { Ended } from "../service-process";

/** Most time for requests in flight, of the unit's time. */
const FINISH_SECONDS = 20;
/** How long the rest of a request in flight comes after SIGTERM. */
const IN_FLIGHT_MS = 700;

/** Whether the program comes back after a crash. */
export async function checkRestart(report: Report, server: Server, wait: number, signal: AbortSignal): Promise<void> {
  const { service, unit } = server;
  const before = service.ended.length;
  service.crash();
  const start = Date.now();
  await service.hasEnded(before + 1, signal);
  const deadline = Date.now() + (unit.restartSeconds + wait) * 1000;
  const isBack = async () => {
    while (Date.now() < deadline && service.ended.length === before + 1) {
      signal.throwIfAborted();
      const answer = await ask(server.clients, "/healthz");
      if (typeof answer !== "string" && answer.status === 200) return true;
      await delay(100);
    }
    return false;
  };
  if (await report.during(`waiting for the restart after a crash, ${unit.restartSeconds} s`, isBack())) {
    report.ok(
      "restart",
      `healthy ${seconds(Date.now() - start)} after a crash, of which systemd waits ${unit.restartSeconds} s`,
    );
    return;
  }
  report.failed(
    "restart",
    "not healthy again after a crash (SIGKILL)",
    "the server stays unhealthy, and its group replaces it",
  );
  report.output(service.printed());
}

/** What happens at shutdown: the health check fails first, then SIGTERM, and requests in flight are finished. */
export async function checkStop(report: Report, server: Server, slowPath: string | undefined): Promise<void> {
  server.drain();
  const [health, other] = [await ask(server.clients, "/healthz"), await ask(server.clients, "/")];
  if (
    typeof health === "string" ||
    health.status !== 503 ||
    typeof other === "string" ||
    [502, 504].includes(other.status)
  ) {
    report.failed(
      "drain",
      `while the server leaves the load balancer, health checks get ${shown(health)} and requests ${shown(other)}`,
      "clients get errors at each roll-out",
    );
  } else report.ok("drain", `health checks get 503 and requests still ${other.status}`);

  const { service, unit } = server;
  const request = await requestInFlight(server, slowPath);
  const ending = service.stop();
  await delay(IN_FLIGHT_MS);
  const isAccepting = service.isRunning && (await accepts(server));
  request?.finish();
  const ended = await report.during(`waiting for the end after SIGTERM, at most ${unit.stopSeconds} s`, ending);
  const problems = [
    ...(ended === undefined ? ["the program had ended before"] : endProblems(server, ended, unit.stopSeconds)),
    ...(isAccepting ? ["it accepts new connections after SIGTERM; stop listening at once"] : []),
    ...(request !== undefined && !(await request.isAnswered())
      ? [`${request.what} was cut; answer what has begun, then exit`]
      : []),
  ];
  if (problems.length > 0) {
    report.failed("SIGTERM", problems.join("; "), "clients get errors at each roll-out");
    return;
  }
  const end = `ends with 0 after ${seconds(ended?.milliseconds ?? 0)}`;
  if (request !== undefined) report.ok("SIGTERM", `${request.what} is finished, new connections are refused, ${end}`);
  else report.ok("SIGTERM", `${end}; no request was in flight: ${notInFlight(slowPath)}`);
}

function notInFlight(slowPath: string | undefined): string {
  return slowPath === undefined
    ? "the program answers a POST before its body is complete, so name a GET request that takes 1 to 15 seconds with --slow-path"
    : `GET ${slowPath} is answered within ${IN_FLIGHT_MS / 1000} s, so name a GET request that takes 1 to 15 seconds`;
}

function endProblems(server: Server, { how, milliseconds }: Ended, stopSeconds: number): string[] {
  if (how === 0) {
    const isLate = milliseconds > FINISH_SECONDS * 1000;
    return isLate ? [`it ended after ${seconds(milliseconds)}; end within ${FINISH_SECONDS} s`] : [];
  }
  if (how === "SIGKILL" || milliseconds >= stopSeconds * 1000) {
    return [
      `it did not end within ${stopSeconds} s and was killed; handle SIGTERM, and close kept connections after their last answer${hint(server)}`,
    ];
  }
  const ending = typeof how === "number" ? `with status ${how}` : `by ${how}`;
  return [`it ended ${ending} after ${seconds(milliseconds)}; handle SIGTERM, and exit with 0${hint(server)}`];
}

/** A shell that waits for the program instead of becoming it. */
function hint(server: Server): string {
  const run = readFileSync(server.path("/opt/dev-one/service/run"), "latin1");
  const isShell = /^#!.*\b(ba|da|z)?sh\b/.test(run);
  return isShell && !/(^|[\s;&])exec\s/m.test(run)
    ? "; run starts the program without exec, so that the shell gets the signal"
    : "";
}

interface RequestInFlight {
  readonly what: string;
  /** Sends what is missing of the request. */
  finish(): void;
  isAnswered(): Promise<boolean>;
}

/** A request that the program has begun and cannot have answered; undefined if it answers at once. */
async function requestInFlight(server: Server, slowPath: string | undefined): Promise<RequestInFlight | undefined> {
  if (slowPath !== undefined) {
    const answer = ask(server.clients, slowPath, { timeoutMs: FINISH_SECONDS * 1000 });
    if ((await Promise.race([answer, delay(IN_FLIGHT_MS)])) !== undefined) return undefined;
    return {
      what: `GET ${slowPath}`,
      finish: () => undefined,
      isAnswered: async () => {
        const got = await answer;
        return typeof got !== "string" && got.status < 500;
      },
    };
  }
  const connection = await Connection.open(server.listens);
  connection.send("POST / HTTP/1.1\r\nHost: service\r\nContent-Type: text/plain\r\nContent-Length: 10\r\n\r\n12345");
  await connection.until(() => connection.received !== "" || connection.isClosed, IN_FLIGHT_MS);
  if (connection.received !== "" || connection.isClosed) {
    connection.close();
    return undefined;
  }
  return {
    what: "a POST whose body was on its way",
    finish: () => {
      connection.send("67890");
    },
    isAnswered: async () => {
      const status = await connection.status(0, 1_000);
      connection.close();
      return status !== undefined;
    },
  };
}

/** Whether a new connection gets an answer. */
async function accepts(server: Server): Promise<boolean> {
  try {
    const connection = await Connection.open(server.listens);
    connection.send(`GET ${server.healthPath} HTTP/1.1\r\nHost: service\r\n\r\n`);
    const status = await connection.status(0, 1_000);
    connection.close();
    return status !== undefined;
  } catch {
    return false;
  }
}
