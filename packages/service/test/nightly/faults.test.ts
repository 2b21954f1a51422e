import { existsSync, readFileSync } from "node:fs";

import { waitUntil } from "@dev-one/cli/test/processes";
import getPort, { clearLockedPorts } from "get-port";

import { checkConnections } from "../../src/checks/connections";
import { giveDatabase } from "../../src/checks/database";
import { checkBody, checkHeaders, checkKeepAlive, checkLogs } from "../../src/checks/requests";
import { checkJobs } from "../../src/checks/runs";
import { checkListening, checkReadiness } from "../../src/checks/start";
import { checkRestart, checkStop } from "../../src/checks/stop";
import type { Report } from "../../src/report";
import type { Server } from "../../src/server";
import { folderOf, NODE, nodeWith, PYTHON, SHELL } from "../programs/support/folders";
import { trial } from "../programs/support/trial";

// Folders with one fault each, and the line that says so.

const run = (content: string) => folderOf({ run: content });
const LISTEN = "server.listen({ ...place, backlog: 65535 });";

describe("a program that does not become healthy", () => {
  test.each([
    [
      "ends at once",
      run("#!/bin/sh\necho no configuration >&2\nexit 3\n"),
      /start: run ended with status 3 after .*\. On a server: systemd restarts it every/,
    ],
    [
      "ends without its database",
      run("#!/bin/sh\nexec $DATABASE_CREDENTIALS_COMMAND\n"),
      /run ended with status 1 .*also without a database/,
    ],
    ["names an interpreter that does not exist", run("#!/does/not/exist\n"), /run ended with status 127/],
    [
      "goes into the background",
      run("#!/bin/sh\nsleep 30 &\n"),
      /run ended with status 0 .*must stay in the foreground/,
    ],
    [
      "listens on TCP instead of the socket",
      run(nodeWith([LISTEN, 'server.listen(0, "0.0.0.0");'])),
      /does not listen on the Unix socket in SERVICE_SOCKET, but on 0\.0\.0\.0:\d+/,
    ],
    [
      "listens on another socket",
      run(nodeWith(["path: SERVICE_SOCKET", 'path: SERVICE_SOCKET + "2"'])),
      /but on \/\S+http\.sock2/,
    ],
    [
      "does not listen",
      run("#!/bin/sh\nexec sleep 60\n"),
      /does not listen on the Unix socket in SERVICE_SOCKET after 6 s/,
    ],
    [
      "asks the database for its health",
      run(nodeWith(['[200, "ok"]', '[503, "no database"]'])),
      /GET \/healthz answers 503 "no database"; .*also without a database\. On a server: the server stays unhealthy/,
    ],
    [
      "has its health check at another path",
      run(nodeWith(['"/healthz"', '"/health"'], ["return [200, JSON", "return [404, JSON"])),
      /GET \/healthz answers 404.*another path by --health-path/,
    ],
    [
      "finds its language by name, which a fresh server lacks",
      run("#!/usr/bin/env node\n"),
      /run ended with status 127 .*a fresh server has no node, .*bring it with the bundle/,
    ],
    [
      "starts a language that a fresh server lacks",
      run("#!/bin/sh\nexec node app.js\n"),
      /run ended with status 127 .*a fresh server has no node/,
    ],
    ["writes into its folder", run(`#!/bin/sh\necho x >"$(dirname "$0")/file" || exit 7\n`), /run ended with status 7/],
  ])("because it %s", async (_, folder, message) => {
    const lines = await trial(folder, undefined, "--wait", "6");
    expect(lines.find((line) => line.startsWith("failed"))).toMatch(message);
  });

  test("shows what the program printed", async () => {
    const lines = await trial(run("#!/bin/sh\necho no configuration >&2\nexit 3\n"));
    expect(lines.at(-1)).toBe("         | no configuration");
  });

  test("shows the end of a stack trace", async () => {
    const lines = await trial(run("#!/bin/sh\nseq 20 >&2\nexit 1\n"));
    const numbers = lines.filter((line) => line.includes(" | ")).map((line) => line.split(" | ")[1]);
    expect(numbers).toEqual(Array.from({ length: 15 }, (_, index) => String(index + 6)));
  });

  test("because it listens on another port", async () => {
    const [port, other] = [await portOfServices(), await getPort()];
    const folder = run(nodeWith(["port: Number(PORT)", `port: ${other}`]));
    const lines = await trial(folder, undefined, "--port", String(port));
    expect(lines.find((line) => line.startsWith("failed"))).toContain(
      `does not listen on 127.0.0.1, PORT=${port}, but on 127.0.0.1:${other}`,
    );
  });
});

type Check = (report: Report, server: Server) => Promise<unknown>;
const stop: Check = (report, server) => checkStop(report, server, undefined);

test.each<[string, string, Check, RegExp]>([
  [
    "has a small backlog",
    nodeWith([", backlog: 65535", ""]),
    checkListening,
    /^failed {3}backlog: 511; listen with a backlog of 65535\. On a server: a burst of more than 511/,
  ],
  [
    "lets everybody use its socket",
    nodeWith([LISTEN, `process.umask(0); ${LISTEN}`]),
    checkListening,
    /^warning {2}socket: mode 0777 lets every user/,
  ],
  [
    "listens on another port, too",
    nodeWith([LISTEN, `${LISTEN} http.createServer().listen(0, "127.0.0.1");`]),
    checkListening,
    /^warning {2}listens: also on 127\.0\.0\.1:\d+/,
  ],
  [
    "has no readyz",
    nodeWith(['[503, "no database"]', '[404, "?"]']),
    checkReadiness,
    /^failed {3}readyz: GET \/readyz answers 404/,
  ],
  [
    "cuts large bodies",
    nodeWith(["request.resume()", 'if (request.method === "POST") request.socket.destroy(); request.resume()']),
    checkBody,
    /^failed {3}body: POST \/ with 1 MiB gets 502/,
  ],
  [
    "has a low limit of headers",
    nodeWith(["{ maxHeaderSize: 65536 }", "{}"]),
    checkHeaders,
    /^warning {2}headers: .* 431 .*from the program/,
  ],
  [
    "closes connections after 5 s",
    nodeWith(["server.keepAliveTimeout = 90000;", ""]),
    checkKeepAlive,
    // Node.js tells it in a header, or only does it, by its version.
    /^failed {3}keep-alive: the program (closes a connection within 6 s; keep it|says that it closes connections after 5 s; keep them) for 75 s/,
  ],
  [
    "closes connections after 30 s",
    nodeWith(["90000", "30000"]),
    checkKeepAlive,
    /^failed {3}keep-alive: the program says that it closes connections after 30 s/,
  ],
  [
    "closes each connection",
    nodeWith(["if (isEnding)", ""]),
    checkKeepAlive,
    /^warning {2}keep-alive: the program closes the connection after each request/,
  ],
  [
    "holds 100 connections only",
    nodeWith([LISTEN, `server.maxConnections = 100; ${LISTEN}`]),
    checkConnections,
    /^failed {3}connections: \d+ of 1000 connections/,
  ],
  [
    "logs each request",
    nodeWith(["request.resume()", "console.log(request.url); request.resume()"]),
    checkLogs,
    /^warning {2}logs: 50 lines for 50 requests/,
  ],
  [
    "ignores SIGTERM",
    nodeWith(["  server.close(() => process.exit(0));\n  server.closeIdleConnections();", ""]),
    stop,
    /^failed {3}SIGTERM: it did not end within 4 s and was killed; handle SIGTERM.*it accepts new connections/,
  ],
  [
    "does not handle SIGTERM",
    nodeWith(['process.on("SIGTERM"', 'process.on("SIGUSR2"']),
    stop,
    /^failed {3}SIGTERM: it ended by SIGTERM .* exit with 0; a POST whose body was on its way was cut/,
  ],
  [
    "ends at once on SIGTERM",
    nodeWith(["server.close(() => process.exit(0))", "process.exit(0)"]),
    stop,
    /^failed {3}SIGTERM: a POST whose body was on its way was cut/,
  ],
  ["ends with 1", nodeWith(["process.exit(0)", "process.exit(1)"]), stop, /^failed {3}SIGTERM: it ended with status 1/],
  [
    "keeps connections open after SIGTERM",
    nodeWith(['if (isEnding) response.setHeader("Connection", "close");', ""]),
    stop,
    /did not end within 4 s .*close kept connections after their last answer/,
  ],
])("a program that %s", async (_, content, check, message) => {
  expect(await trial(run(content), check)).toContainEqual(expect.stringMatching(message));
});

test("a slow path that is not slow is named", async () => {
  const lines = await trial(run(NODE), (report, server) => checkStop(report, server, "/fast"));
  expect(lines.at(-1)).toMatch(
    /^ok {7}SIGTERM: ends with 0 .*; no request was in flight: GET \/fast is answered within 0\.7 s, so name/,
  );
});

describe("with a database, a folder whose", () => {
  const program = (content: string) => ({ content: `#!/bin/sh\n${content}\n`, mode: 0o755 });
  test.each([
    ["migrate fails", program("echo no right >&2; exit 3"), /^failed {3}migrate: the first run ends with status 3\./],
    [
      "migrate cannot be repeated",
      program('mkdir "$STATE_DIRECTORY/made"'),
      /^failed {3}migrate: the second run ends with status 1; it must do nothing when all is done already\. On a server: the release does not/,
    ],
    [
      "migrate needs what a fresh server lacks",
      program("exec psql"),
      /first run ends with status 127; a fresh server has no psql/,
    ],
    [
      "migrate writes into its folder",
      program('echo x >"$(dirname "$0")/x"'),
      /^failed {3}migrate: the first run ends with/,
    ],
    [
      "migrate needs a variable of systemd only",
      program('set -u; echo "$LANG"'),
      /^failed {3}migrate: the first run ends/,
    ],
  ])("%s", async (_, migrate, message) => {
    const lines = await trial(folderOf({ run: NODE, migrate }), (report, server, tools) =>
      giveDatabase(report, server, { ...tools, wait: 5 }),
    );
    expect(lines.find((line) => line.startsWith("failed"))).toMatch(message);
  });

  test("program is unhealthy before its first migration", async () => {
    const command = 'require("node:child_process").spawnSync(process.env.DATABASE_CREDENTIALS_COMMAND).status';
    const content = nodeWith(['[200, "ok"]', `[${command} === 0 ? 500 : 200, "no table"]`]);
    const folder = folderOf({ run: content, migrate: program("true") });
    const lines = await trial(folder, (report, server, tools) => giveDatabase(report, server, { ...tools, wait: 1 }));
    expect(lines).toContainEqual(
      expect.stringMatching(
        /^failed {3}empty: with a database that has no tables yet the health check gets 500 "no table"/,
      ),
    );
  });
});

describe("a job that", () => {
  const lines = (job: string, ...asked: string[]) =>
    trial(
      folderOf({ run: NODE, "jobs/cleanup": { content: `#!/bin/sh\n${job}\n`, mode: 0o755 } }),
      (report, server, { signal }) => checkJobs(report, server, asked, signal),
    );

  test("is not asked for is named", async () => {
    expect((await lines("exit 4")).at(-1)).toBe("skipped  jobs/cleanup: not run; --job cleanup runs it once");
  });

  test("fails is told with what it printed", async () => {
    const [failed, printed] = (await lines("echo no bucket; exit 4", "cleanup")).slice(-2);
    expect(failed).toMatch(/^failed {3}jobs\/cleanup: ends with status 4\. On a server: an error in the logs/);
    expect(printed).toBe("         | no bucket");
  });

  test("leaves something running has it ended", async () => {
    const [pid = ""] = (await lines('sleep 300 & echo "pid $!"; exit 1', "cleanup"))
      .slice(-1)
      .map((line) => line.split("pid ")[1]);
    const file = `/proc/${pid}/cmdline`; // empty for one that has ended
    await waitUntil(() => !existsSync(file) || readFileSync(file, "utf8") === "");
  });
});

test("a program that a shell starts without exec", async () => {
  const folder = folderOf({ run: SHELL.replace("exec ", ""), "service.py": PYTHON });
  expect((await trial(folder, stop)).at(-1)).toMatch(
    /^failed {3}SIGTERM: it ended by SIGTERM .*run starts the program without exec/,
  );
});

test("a program that cannot start again after a crash", async () => {
  const guard = 'const lock = process.env.STATE_DIRECTORY + "/lock"; fs.writeFileSync(lock, "", { flag: "wx" });';
  const content = nodeWith([LISTEN, `const fs = require("node:fs"); ${guard} ${LISTEN}`]);
  const lines = await trial(run(content), (report, server) =>
    checkRestart(report, server, 5, new AbortController().signal),
  );
  expect(lines.find((line) => line.startsWith("failed"))).toMatch(
    /^failed {3}restart: not healthy again after a crash/,
  );
});

test("a program that listens on every address of its port", async () => {
  const port = await portOfServices();
  const folder = run(nodeWith(['host: "127.0.0.1"', 'host: "0.0.0.0"']));
  const lines = await trial(folder, checkListening, "--port", String(port));
  expect(lines).toContainEqual(
    expect.stringMatching(`^warning  port: listens on 0\\.0\\.0\\.0:${port}; 127\\.0\\.0\\.1 is enough`),
  );
});

test("a socket that its group cannot use", async () => {
  // For root, nginx's workers are another user; for others the same, and the mode is what tells.
  const lines = await trial(run(nodeWith([LISTEN, `process.umask(0o077); ${LISTEN}`])), checkListening);
  expect(lines.find((line) => line.startsWith("failed"))).toMatch(/mode (is )?0700.*0660/);
});

test("the program without a fault has none of these", async () => {
  const checks: Check[] = [checkListening, checkReadiness, checkBody, checkHeaders, checkConnections, checkLogs, stop];
  const lines = await trial(run(NODE), async (report, server) => {
    for (const check of checks) await check(report, server);
  });
  expect(lines.filter((line) => !line.startsWith("ok"))).toEqual([
    expect.stringMatching(/^warning {2}run: .* bring \S*node/),
  ]);
});

/** A free port of those that a service may have. */
async function portOfServices(): Promise<number> {
  const port = await getPort({ port: Array.from({ length: 200 }, (_, index) => 9_100 + index) });
  // Otherwise the command, which is in this process here, takes it for one in use.
  clearLockedPorts();
  return port;
}
