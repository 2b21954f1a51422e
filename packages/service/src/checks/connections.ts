import { Connection } from "../http";
import { type Report, seconds } from "../report";
import type { Server } from "../server";
import { hardOpenFiles } from "../server/processes";

/** Connections at once. A server is sized for ten times as many. */
const CONNECTIONS = 1_000;
/** Open files of this command other than connections. */
const OTHER_FILES = 200;

/** Many connections to the program at once, each with a request, and all of them kept. */
export async function checkConnections(report: Report, server: Server): Promise<void> {
  const count = Math.min(CONNECTIONS, hardOpenFiles() - OTHER_FILES);
  const start = Date.now();
  const opened = await report.during(
    `opening ${count} connections`,
    Promise.allSettled(Array.from({ length: count }, () => Connection.open(server.listens))),
  );
  const connections = opened.flatMap((each) => (each.status === "fulfilled" ? [each.value] : []));
  const refused = opened.find((each) => each.status === "rejected");
  for (const connection of connections) connection.send(`GET ${server.healthPath} HTTP/1.1\r\nHost: service\r\n\r\n`);
  const statuses = await report.during(
    `waiting for ${connections.length} answers`,
    Promise.all(connections.map((connection) => connection.status(0, 15_000))),
  );
  for (const connection of connections) connection.close();
  const answered = statuses.filter((status) => status === 200).length;
  if (answered === count) {
    report.ok("connections", `${count} at once, each answered, in ${seconds(Date.now() - start)}`);
    return;
  }
  const problem =
    refused === undefined
      ? `${answered} of ${count} connections that are open at once get an answer within 15 s`
      : `${connections.length} of ${count} connections at once are accepted (${(refused.reason as Error).message})`;
  report.failed("connections", `${problem}; a server must hold more than 10,000`, "clients wait, or get 502");
}
