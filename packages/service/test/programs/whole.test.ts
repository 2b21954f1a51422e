import { cpSync, readFileSync, realpathSync } from "node:fs";
import { join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

import { checkInstall } from "../../src/checks/runs";
import { ask } from "../../src/http";
import { folderOf, NODE, nodeWith, PYTHON, SHELL } from "./support/folders";
import { ROOT, trial, wholeTrial } from "./support/trial";

jest.setTimeout(240_000);

const EXAMPLE = join(ROOT, "src/servers/example-service");
const WHATS = [
  ...["run", "bundle", "start", "socket", "backlog", "readyz", "body", "headers", "keep-alive"],
  ...["connections", "logs", "restart", "drain", "SIGTERM"],
];
const whats = (lines: readonly string[]) => lines.map((line) => /^\w+ +([^:]+):/.exec(line)?.[1]);
/** Lines that are not ok. This machine may have another Python than a fresh server. */
const troubles = (lines: readonly string[]) => lines.filter((line) => !/^(ok|warning {2}python3:)/.test(line));

/** A program that runs one statement on the database. */
const WITH_DATABASE = `#!/bin/sh
exec "\${0%/service/*}/service/venv/bin/python" -c '
import json, os, subprocess, psycopg
given = subprocess.check_output([os.environ["DATABASE_CREDENTIALS_COMMAND"]])
with psycopg.connect(**json.loads(given)) as connection:
    connection.execute("SQL")
'
`;

/** The example service, with a migration and a job, and with the packages of this project's tests in place of what its `install` would download. */
function exampleFolder(): string {
  const folder = scratchDirectory();
  cpSync(EXAMPLE, folder, { recursive: true });
  const python = realpathSync(join(ROOT, ".venv/bin/python"));
  const [, version = ""] = /python(3\.\d+)$/.exec(python) ?? [];
  // The user of the service may not be able to run Python of a home directory.
  const wrapper = [
    "#!/bin/sh",
    `export PYTHONPATH="${ROOT}/.venv/lib/python${version}/site-packages"`,
    `for python in "${python}" python${version} python3; do`,
    '  "$python" -c "import aiohttp, psycopg_pool" 2>/dev/null && exec "$python" "$@"',
    "done",
    `echo "no Python ${version} that user $(id -u) can run" >&2`,
    "exit 1",
  ].join("\n");
  return folderOf(
    {
      "venv/bin/python": { content: wrapper, mode: 0o755 },
      "venv/installed-requirements.txt": readFileSync(join(EXAMPLE, "requirements.txt")),
      migrate: { content: WITH_DATABASE.replace("SQL", "CREATE TABLE IF NOT EXISTS orders (id int)"), mode: 0o755 },
      "jobs/cleanup": { content: WITH_DATABASE.replace("SQL", "DELETE FROM orders"), mode: 0o755 },
    },
    folder,
  );
}

describe("all is well", () => {
  test("with the example service, its install, a database, and a long poll in flight", async () => {
    const args = ["--install", "--database", "--job", "cleanup", "--slow-path", "/events?wait=20"];
    const lines = await wholeTrial(exampleFolder(), ...args);
    expect(troubles(lines)).toEqual([]);
    const more = ["install", "migrate", "database", "jobs/cleanup", "outage", "reconnect"];
    expect([...new Set(whats(lines))].sort()).toEqual([...WHATS, ...more].sort());
    expect(lines.at(-1)).toContain("GET /events?wait=20 is finished");
  });

  test("with a program in Node.js", async () => {
    const lines = await wholeTrial(folderOf({ run: NODE }));
    // A fresh server has no Node.js, which is all that there is to say.
    expect(troubles(lines)).toEqual([expect.stringMatching(/^warning {2}run: .*bring \S*node/)]);
    expect(whats(lines)).toEqual(WHATS);
    expect(lines.at(-1)).toContain("a POST whose body was on its way is finished");
  });

  test("with a program in Python that a shell starts", async () => {
    const lines = await wholeTrial(folderOf({ run: SHELL, "service.py": PYTHON }));
    expect(troubles(lines)).toEqual([]);
    expect(whats(lines).filter((what) => what !== "python3")).toEqual(WHATS);
  });
});

describe("what a program is given", () => {
  interface Given {
    readonly cwd: string;
    readonly environment: Readonly<Record<string, string>>;
  }
  const given = async (...args: readonly string[]): Promise<Given> => {
    let text = "{}";
    const lines = await trial(
      folderOf({ run: NODE }),
      async (_, server) => {
        const answer = await ask(server.clients, "/");
        text = typeof answer === "string" ? answer : answer.text;
      },
      ...args,
    );
    expect(lines).toContainEqual(expect.stringMatching(/^ok {7}start:/));
    return JSON.parse(text) as Given;
  };

  test("is the variables that docs/services.md lists, and those of systemd", async () => {
    const { cwd, environment } = await given("--setting", 'LOG_LEVEL=a "b" $c \\ d');
    const documented = [...readFileSync(join(ROOT, "docs/services.md"), "utf8").matchAll(/^\| (`[A-Z_`, or]+`) +\|/gm)]
      .flatMap(([, names = ""]) => [...names.matchAll(/`([A-Z_]+)`/g)])
      .map(([, name]) => name)
      .filter((name) => name !== "PORT");
    expect(documented).toContain("SERVICE_SOCKET");
    expect(Object.keys(environment)).toEqual(expect.arrayContaining(documented));
    const more = ["HOME", "LANG", "LOGNAME", "PATH", "RUNTIME_DIRECTORY", "SHELL", "USER", "LOG_LEVEL"];
    // Also on a server: variables for the platform's own programs.
    const isInternal = (name: string) => ["DATADOG_SITE", "FLEET"].includes(name) || name.startsWith("SERVICES_");
    const others = Object.keys(environment).filter(
      (name) => ![...documented, ...more].includes(name) && !isInternal(name),
    );
    expect(others).toEqual([]);
    expect(environment).toMatchObject({
      LOG_LEVEL: 'a "b" $c \\ d',
      ENVIRONMENT: "staging",
      NAME: "api-1",
      HOME: "/home/dev-one-service",
    });
    expect(cwd).toBe("/");
  });

  test("is the platform's commands and those of a fresh server", async () => {
    const commands =
      "for name in dev-one-database dev-one-secret bash python3 node psql gcc; do command -v $name; done; true";
    const secret =
      'printf "%s|" "$(dev-one-secret payment-key)" "$($SECRET_COMMAND other 2>&1)" "$(dev-one-secret 2>&1)"';
    const job = { content: `#!/bin/sh\n${commands}\n${secret}\nexit 3\n`, mode: 0o755 };
    const lines = await wholeTrial(
      folderOf({ run: NODE, "jobs/look": job }),
      ...["--job", "look", "--secret", "payment-key=a 'b' $c"],
    );
    const printed = lines.slice(
      lines.findIndex((line) => line.startsWith("failed   jobs/look: ends with status 3")) + 1,
    );
    const found = printed.filter((line) => line.includes("| /")).map((line) => line.split("/").at(-1));
    expect(found).toEqual(["dev-one-database", "dev-one-secret", "bash", "python3"]);
    const cannot = (name: string) =>
      `dev-one-secret: dev-one/staging/service/${name} cannot be read: --secret ${name}=value sets it.`;
    expect(printed[found.length]).toBe(`         | a 'b' $c|${cannot("other")}|${cannot("")}|`);
  });

  test("is the settings of a service of an environment, and its port", async () => {
    const { environment } = await given("--env", "production", "--service", "api", "--port", "9087");
    expect(environment).toMatchObject({
      ENVIRONMENT: "production",
      SERVICE: "api",
      PORT: "9087",
    });
    expect(environment).not.toHaveProperty("SERVICE_SOCKET");
  });
});

describe("install", () => {
  const withInstall = (install: string) =>
    trial(folderOf({ run: NODE, install }), undefined, "--install", "--wait", "5");

  test("is run twice before the program", async () => {
    const lines = await withInstall('#!/bin/sh\necho x >>"$(dirname "$0")/runs"\n');
    expect(lines).toContainEqual(expect.stringMatching(/^ok {7}install: succeeds twice, in [\d.]+ s and [\d.]+ s$/));
    expect(lines).toContainEqual(expect.stringMatching(/^ok {7}start/));
  });

  test.each([
    ["fails", "#!/bin/sh\necho no package index >&2\nexit 1\n", /the first run ends with status 1/],
    ["can run only once", '#!/bin/sh\nmkdir "$(dirname "$0")/once"\n', /the second run ends with status 1/],
    ["needs a variable that systemd does not set", "#!/bin/sh\nset -u\ncd $HOME\n", /the first run ends with status/],
  ])("that %s is told with what it printed, and nothing is started", async (_, install, message) => {
    const lines = await withInstall(install);
    const failed = lines.findIndex((line) => line.startsWith("failed"));
    expect(lines[failed]).toMatch(message);
    expect(lines[failed + 1]).toMatch(/^ {9}\| \S/);
    expect(whats(lines)).not.toContain("start");
  });

  test("is not missed", async () => {
    const lines = await trial(folderOf({ run: NODE }), (report, server) =>
      checkInstall(report, server, new AbortController().signal),
    );
    expect(lines.at(-1)).toBe("skipped  install: the folder has none");
  });
});

describe("with a database, a program", () => {
  const health = (command: string) =>
    nodeWith([
      'if (url === "/healthz") return [200, "ok"];',
      `const now = () => require("node:child_process").spawnSync(process.env.DATABASE_CREDENTIALS_COMMAND).status === 0; ${command}`,
    ]);

  test("that asks its credentials only at its start never becomes ready", async () => {
    const content = nodeWith(
      ['[503, "no database"]', '[isReady ? 200 : 503, "x"]'],
      [
        "let isEnding",
        'const isReady = require("node:child_process").spawnSync(process.env.DATABASE_CREDENTIALS_COMMAND).status === 0;\nlet isEnding',
      ],
    );
    const lines = await wholeTrial(folderOf({ run: content }), "--database", "--wait", "4");
    expect(lines).toContainEqual(expect.stringMatching(/^failed {3}database: GET \/readyz answers 503 "x" for 4 s/));
  });

  test("that is ready whatever its database does gets a warning", async () => {
    const lines = await wholeTrial(folderOf({ run: nodeWith(['[503, "no database"]', '[200, "ok"]']) }), "--database");
    expect(troubles(lines).filter((line) => line.includes("outage"))).toEqual([
      expect.stringMatching(/^warning {2}outage: healthy without the database, and GET \/readyz stays 200; answer 503/),
    ]);
  });

  test("whose health is that of the database fails before", async () => {
    const lines = await wholeTrial(
      folderOf({ run: health('if (url === "/healthz") return [now() ? 200 : 503, "x"];') }),
      "--database",
      "--wait",
      "4",
    );
    expect(lines).toContainEqual(expect.stringMatching(/^failed {3}start: GET \/healthz answers 503/));
  });
});
