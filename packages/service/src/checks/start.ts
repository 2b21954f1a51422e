import { existsSync, statSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

import { absentHint } from "../commands";
import { type Answer, ask, shown } from "../http";
import { type Listener, listenersOf, mostBacklog } from "../listening";
import { type Report, seconds } from "../report";
import type { Server } from "../server";

/** A program that answers the health check, and not with 200, for so long is not waited for. */
const ANSWERED_MS = 15_000;
/** Neither is one that listens elsewhere. */
const ELSEWHERE_MS = 3_000;
const WANTED_BACKLOG = 65_535;

const REPLACED = "the server stays unhealthy, and its group replaces it";

/**
 * Waits until the program is healthy through nginx, without a database.
 * @returns whether it is
 */
export async function checkStart(report: Report, server: Server, wait: number, signal: AbortSignal): Promise<boolean> {
  const start = Date.now();
  const outcome = await report.during(`waiting up to ${wait} s for the program`, untilHealthy(server, wait, signal));
  if (outcome === undefined) {
    report.ok("start", `healthy after ${seconds(Date.now() - start)}`);
    return true;
  }
  report.failed("start", outcome.problem, outcome.onServer);
  report.output(server.service.printed());
  return false;
}

interface Trouble {
  readonly problem: string;
  readonly onServer: string;
}

async function untilHealthy(server: Server, wait: number, signal: AbortSignal): Promise<Trouble | undefined> {
  const { service, healthPath } = server;
  const start = Date.now();
  let answer: Answer | string = "";
  let answered = 0; // since when it answers, and not with 200
  let elsewhere = 0; // since when it listens elsewhere only
  while (service.ended.length === 0) {
    signal.throwIfAborted();
    answer = await ask(server.clients, "/healthz");
    if (typeof answer !== "string" && answer.status === 200) return undefined;
    const isOfService = typeof answer !== "string" && ![502, 504].includes(answer.status);
    answered = isOfService ? answered || Date.now() : 0;
    const listeners = isOfService ? [] : await listenersOf(service.pid);
    elsewhere = listeners.length > 0 && !listeners.some((each) => isRight(each, server)) ? elsewhere || Date.now() : 0;
    const now = Date.now();
    if (answered > 0 && now - answered > ANSWERED_MS) break;
    if (elsewhere > 0 && now - elsewhere > ELSEWHERE_MS) break;
    if (now - start > wait * 1000) break;
    await delay(100);
  }
  const [ended] = service.ended;
  if (ended !== undefined) return exited(server, ended);
  if (answered > 0) {
    return {
      problem: `GET ${healthPath} answers ${shown(answer)}; answer 200 there, or name another path by --health-path, whenever the program can serve at all, also without a database`,
      onServer: REPLACED,
    };
  }
  return notListening(server, await listenersOf(service.pid), wait);
}

function exited(server: Server, { how, milliseconds }: { how: number | string; milliseconds: number }): Trouble {
  const ending = typeof how === "number" ? `with status ${how}` : `by ${how}`;
  const hint = server.has("install")
    ? ", and --install brings what install installs"
    : absentHint(how, server.service.printed());
  return {
    problem: `run ended ${ending} after ${seconds(milliseconds)}; it must stay in the foreground, also without a database${hint}`,
    onServer: `systemd restarts it every ${server.unit.restartSeconds} s, and ${REPLACED}`,
  };
}

function notListening(server: Server, listeners: readonly Listener[], wait: number): Trouble {
  const addresses = [...new Set(listeners.map(({ address }) => address))].join(", ");
  const where = "socketPath" in server.listens ? "the Unix socket in SERVICE_SOCKET" : `127.0.0.1, ${server.listensBy}`;
  const isThere = "socketPath" in server.listens && existsSync(server.listens.socketPath);
  if (isThere) {
    return {
      problem: `nginx gets no answer on ${where}, whose mode is ${modeOf(server)}; nginx is in the group of the program and needs 0660`,
      onServer: `nginx answers 502, and ${REPLACED}`,
    };
  }
  return {
    problem: `the program does not listen on ${where}${addresses === "" ? ` after ${wait} s` : `, but on ${addresses}`}`,
    onServer: `nginx answers 502, and ${REPLACED}`,
  };
}

function isRight({ address }: Listener, { listens }: Server): boolean {
  if ("socketPath" in listens) return address === listens.socketPath;
  return new RegExp(`^(127\\.0\\.0\\.1|0\\.0\\.0\\.0|\\*|\\[::\\]):${listens.port}$`).test(address);
}

function modeOf({ listens }: Server): string {
  if (!("socketPath" in listens)) return "";
  return (statSync(listens.socketPath).mode & 0o777).toString(8).padStart(4, "0");
}

/** Where the program listens, who may connect, and how many connections may wait. */
export async function checkListening(report: Report, server: Server): Promise<void> {
  const listeners = await listenersOf(server.service.pid);
  const others = listeners.filter((each) => !isRight(each, server));
  const right = listeners.find((each) => isRight(each, server));
  if ("socketPath" in server.listens) {
    const mode = modeOf(server);
    const permissions = Number.parseInt(mode, 8);
    if ((permissions & 0o060) !== 0o060) {
      report.failed(
        "socket",
        `mode ${mode} does not let its group connect, which is nginx's; chmod 0660`,
        `nginx answers 502, and ${REPLACED}`,
      );
    } else if ((permissions & 0o006) !== 0) {
      report.warning("socket", `mode ${mode} lets every user of the server connect; 0660 is enough`);
    } else report.ok("socket", `mode ${mode}`);
  } else if (right !== undefined && !right.address.startsWith("127.0.0.1:")) {
    report.warning(
      "port",
      `listens on ${right.address}; 127.0.0.1 is enough, and security groups allow no other source`,
    );
  } else report.ok("port", `listens on ${right?.address ?? server.listensBy}`);
  if (others.length > 0) {
    report.warning(
      "listens",
      `also on ${others.map(({ address }) => address).join(", ")}, which only programs on the server can reach`,
    );
  }
  if (right !== undefined) checkBacklog(report, server, right.backlog);
}

function checkBacklog(report: Report, server: Server, backlog: number): void {
  const wanted = Math.min(WANTED_BACKLOG, mostBacklog());
  const problem = `${backlog}; listen with a backlog of ${WANTED_BACKLOG}`;
  if (backlog >= wanted)
    report.ok("backlog", `${backlog}${wanted < WANTED_BACKLOG ? ", the kernel's limit here" : ""}`);
  else if ("socketPath" in server.listens) {
    report.failed(
      "backlog",
      problem,
      `a burst of more than ${backlog} requests gets 502, because a Unix socket refuses at once`,
    );
  } else report.warning("backlog", `${problem}, or a burst waits for the kernel to try again`);
}

/** What `/readyz` answers to nginx on loopback, and to clients. */
export async function checkReadiness(report: Report, server: Server): Promise<void> {
  const [inside, outside] = [await ask(server.loopback, "/readyz"), await ask(server.clients, "/readyz")];
  const isPrivate = typeof outside !== "string" && outside.status === 404;
  if (typeof inside === "string" || ![200, 503].includes(inside.status)) {
    report.failed(
      "readyz",
      `GET /readyz answers ${shown(inside)}; answer 200 when all works, otherwise 503 and one sentence`,
      "the alert about servers that are not ready is always or never there",
    );
  } else if (!isPrivate) {
    report.failed("readyz", `clients get ${shown(outside)}, and nginx must answer 404`, "clients see it");
  } else report.ok("readyz", `${shown(inside)} on loopback, 404 for clients`);
}
