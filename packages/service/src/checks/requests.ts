import { setTimeout as delay } from "node:timers/promises";

import { ask, Connection, shown } from "../http";
import { type Report } from "../report";
import type { Server } from "../server";

/** Bytes of a body that is sent whole: enough to fill every buffer, little for a disk. */
const MOST_SENT = 16 * 2 ** 20;

/** nginx reads four header lines of 8 KiB. @see https://nginx.org/en/docs/http/ngx_http_core_module.html#large_client_header_buffers */
const HEADERS = Object.fromEntries([1, 2, 3].map((number) => [`x-large-${number}`, "a".repeat(8_000)]));
const HEADERS_KIB = 24;

/** Seconds without a request after which common servers close a connection: 5 of Node.js and uvicorn. */
const IDLE_SECONDS = 6;
/** nginx keeps an idle connection to the program for so long. @see https://nginx.org/en/docs/http/ngx_http_upstream_module.html#keepalive_timeout */
const KEPT_SECONDS = 60;

/** Requests of the check of logs. */
const LOGGED = 50;

/** Bodies as large as allowed, and larger. */
export async function checkBody(report: Report, server: Server): Promise<void> {
  const limit = server.maxBodyMib * 2 ** 20;
  const larger = await ask(server.clients, "/", {
    method: "POST",
    headers: { "content-length": String(limit + 1) },
    body: Buffer.alloc(1),
    timeoutMs: 10_000,
  });
  if (typeof larger === "string" || larger.status !== 413) {
    report.failed(
      "body",
      `nginx answers ${shown(larger)} to a body above ${server.maxBodyMib} MiB, and not 413`,
      "the limit of the entry has no effect",
    );
    return;
  }
  const sent = Math.min(limit, MOST_SENT);
  const allowed = await report.during(
    "sending a large body",
    ask(server.clients, "/", { method: "POST", body: Buffer.alloc(sent), timeoutMs: 30_000 }),
  );
  const what = `POST / with ${sent / 2 ** 20} MiB`;
  if (typeof allowed === "string" || [502, 504].includes(allowed.status)) {
    report.failed(
      "body",
      `${what} gets ${shown(allowed)}; read the body, or answer before you close the connection`,
      "clients get 502",
    );
  } else report.ok("body", `${what} gets ${allowed.status}, and a larger one 413 from nginx`);
}

/** Headers as large as nginx forwards. */
export async function checkHeaders(report: Report, server: Server): Promise<void> {
  const answer = await ask(server.clients, server.healthPath, { headers: HEADERS });
  const what = `a request with ${HEADERS_KIB} KiB of headers`;
  if (typeof answer === "string" || [502, 504].includes(answer.status)) {
    report.failed(
      "headers",
      `${what} gets ${shown(answer)}; answer 431 to what is too large`,
      "clients with many cookies get 502",
    );
  } else if (answer.status !== 200) {
    report.warning(
      "headers",
      `${what} gets ${shown(answer)} from the program; load balancer and nginx forward up to 32 KiB`,
    );
  } else report.ok("headers", `${what} gets 200`);
}

/** Whether the program keeps connections, and for how long. */
export async function checkKeepAlive(report: Report, server: Server): Promise<void> {
  const connection = await Connection.open(server.listens);
  const request = `GET ${server.healthPath} HTTP/1.1\r\nHost: service\r\n\r\n`;
  connection.send(request);
  const first = await connection.status();
  const stated = /\nkeep-alive:[^\r\n]*timeout=(\d+)/i.exec(connection.received)?.[1];
  await report.during(
    `keeping a connection without a request for ${IDLE_SECONDS} s`,
    connection.until(() => connection.isClosed, IDLE_SECONDS * 1000),
  );
  const isOpen = !connection.isClosed;
  connection.send(request);
  const second = isOpen ? await connection.status(1) : undefined;
  const closesEach = /\nconnection: *close/i.test(connection.received) || connection.received.startsWith("HTTP/1.0");
  connection.close();
  const onServer = "a request that nginx sends on a connection which the program just closed gets 502";
  if (first === undefined) report.failed("keep-alive", "a request on a new connection gets no answer", onServer);
  else if (closesEach)
    report.warning(
      "keep-alive",
      "the program closes the connection after each request; HTTP/1.1 and kept connections cost less",
    );
  else if (second === undefined) {
    report.failed(
      "keep-alive",
      `the program closes a connection within ${IDLE_SECONDS} s; keep it for 75 s or more, as nginx does for ${KEPT_SECONDS} s`,
      onServer,
    );
  } else if (stated !== undefined && Number(stated) <= KEPT_SECONDS) {
    report.failed(
      "keep-alive",
      `the program says that it closes connections after ${stated} s; keep them for 75 s or more, as nginx does for ${KEPT_SECONDS} s`,
      onServer,
    );
  } else
    report.ok(
      "keep-alive",
      `the same connection answers again after ${IDLE_SECONDS} s${stated === undefined ? "" : `, and for ${stated} s`}`,
    );
}

/** Whether the program logs each request, as nginx does. */
export async function checkLogs(report: Report, server: Server): Promise<void> {
  const lines = () => server.service.printed().split("\n").length;
  const before = lines();
  for (let count = 0; count < LOGGED; count += 1) await ask(server.clients, `/service-command/${count}`);
  await delay(500);
  const printed = lines() - before;
  if (printed >= LOGGED) {
    report.warning(
      "logs",
      `${printed} lines for ${LOGGED} requests; nginx logs each request already, and Datadog counts both`,
    );
  } else report.ok("logs", `${printed} lines for ${LOGGED} requests`);
}
