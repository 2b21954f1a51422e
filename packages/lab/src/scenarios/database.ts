import { delimiter, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

import { isExecutable } from "@dev-one/cli/executable";

import { allows } from "../compile/security-groups";
import type { CommandResult, Environment, Host } from "../hosts/environment";
import { answer, type LabScenario, type ScenarioContext } from "./lab-scenario";

export const database: LabScenario = {
  name: "database",
  title: "PostgreSQL through RDS Proxy, TLS, loss of the primary",
  notices: [
    "aws_db_instance",
    "aws_db_proxy",
    "aws_db_proxy_default_target_group",
    "aws_db_proxy_target",
    "aws_db_parameter_group",
    "aws_db_subnet_group",
  ],
  async run(context) {
    const through = await readsAndWrites(context);
    const refused = await refusals(context);
    const pool = await parallelTransactions(context);
    const loss = await lossOfThePrimary(context);
    return {
      answers: [
        answer(
          "RDS Proxy in front: servers read and write PostgreSQL through it, with TLS.",
          through.wrong,
          `${through.servers} servers wrote and read through ${through.proxies} proxies`,
        ),
        answer(
          "Only the proxy may reach the database; only the servers may reach the proxy; TLS is required.",
          refused.wrong,
          `${refused.tried} attempts failed as they should: ${refused.kinds.join(", ")}`,
        ),
        answer(
          "RDS Proxy may use most of the database's connections.",
          pool.wrong,
          `${pool.backends} transactions at once had a connection of the database each`,
        ),
        answer(
          "After the loss of the primary, what was committed is there and the proxies go on.",
          loss.wrong,
          `killed and started ${loss.place} after ${(TAKEOVER_MS / 1000).toFixed(0)} s: ${loss.written} writes, ${loss.failed} failed, the longest took ${(loss.longestMs / 1000).toFixed(1)} s, and every acknowledged row is there`,
        ),
      ],
      figures: {
        servers: through.servers,
        refused: refused.tried,
        writes: loss.written,
        failedWrites: loss.failed,
        longestWriteMs: loss.longestMs,
      },
    };
  },
};

interface Connection {
  readonly address: string;
  readonly sslmode: "require" | "disable";
  readonly seconds?: number;
}

/** Runs SQL on a host, as a client with a password. */
async function sql(
  {
    database: running,
    promised,
  }: { readonly database: Environment["database"]; readonly promised: ScenarioContext["promised"] },
  host: Host,
  { address, sslmode, seconds = 20 }: Connection,
  ...statements: readonly string[]
): Promise<CommandResult> {
  const { user, name, port } = promised.database;
  const parameters = `host=${address} port=${port} user=${user} dbname=${name} sslmode=${sslmode} connect_timeout=${seconds}`;
  const commands = statements.flatMap((statement) => ["-c", statement]);
  return host.run([psql(), "-XqAt", "-v", "ON_ERROR_STOP=1", parameters, ...commands], "", {
    PGPASSWORD: running.password,
  });
}

/** Of PostgreSQL itself, which is last on PATH: Debian's is a script that takes longer than a query. */
function psql(): string {
  const files = (process.env.PATH ?? "").split(delimiter).map((directory) => join(directory, "psql"));
  return files.findLast(isExecutable) ?? "psql";
}

const reason = ({ stderr }: CommandResult): string => stderr.trim().split("\n").at(-1)?.trim() ?? "";

/** Servers whose security groups are promised a way to the proxies, and the others. */
function servers({ environment, promised }: ScenarioContext): [Host[], Host[]] {
  const { network, securityGroups, database: promisedDatabase } = promised;
  const [proxy] = promisedDatabase.proxy.hosts;
  const isClient = ({ name }: Host): boolean => {
    const host = network.hosts.find((each) => each.name === name);
    const packet = { peer: proxy?.address ?? "", protocol: "tcp", port: promisedDatabase.port } as const;
    return host !== undefined && allows(securityGroups, network, { host, direction: "egress" }, packet);
  };
  return [environment.servers.filter(isClient), environment.servers.filter((each) => !isClient(each))];
}

async function readsAndWrites(context: ScenarioContext) {
  const { environment, promised } = context;
  const client = { database: environment.database, promised };
  const [clients] = servers(context);
  const proxies = promised.database.proxy.hosts;
  const [first] = clients;
  const table = "create table if not exists lab (writer text, number integer)";
  const wrong: string[] = [];
  if (first !== undefined && proxies[0] !== undefined) {
    const created = await sql(
      client,
      first,
      { address: proxies[0].address, sslmode: "require" },
      table,
      "truncate lab",
    );
    if (created.exitCode !== 0) wrong.push(`${first.name} through ${proxies[0].name}: ${reason(created)}`);
  }
  const found = await Promise.all(
    clients.flatMap((server) =>
      proxies.map(async ({ name, address }) => {
        const writer = `${server.name} through ${name}`;
        const write = `insert into lab values ('${writer}', 1)`;
        const result = await sql(
          client,
          server,
          { address, sslmode: "require" },
          write,
          `select number from lab where writer = '${writer}'`,
        );
        return result.stdout.trim() === "1" ? [] : [`${writer}: ${reason(result)}`];
      }),
    ),
  );
  return { servers: clients.length, proxies: proxies.length, wrong: [...wrong, ...found.flat()] };
}

const oneOfEachZone = (hosts: readonly Host[]): Host[] =>
  hosts.filter(({ zone }, index) => hosts.findIndex((each) => each.zone === zone) === index);

async function refusals(context: ScenarioContext) {
  const { environment, promised } = context;
  const client = { database: environment.database, promised };
  // Which pairs of all hosts can connect is measured by packets; here, that a client is told why.
  const [clients = [], others = []] = servers(context).map(oneOfEachZone);
  const { proxy, hosts } = promised.database;
  const primary = environment.database.primaryHost ?? hosts[0];
  const attempts: { kind: string; host: Host; connection: Connection; expected: RegExp }[] = [
    ...clients.flatMap((host) =>
      proxy.hosts.map(({ address }) => {
        return {
          kind: "without TLS at the proxy",
          host,
          connection: { address, sslmode: "disable" } as const,
          expected: /SSL required/,
        };
      }),
    ),
    ...[...clients, ...others].map((host) => {
      const connection = { address: primary?.address ?? "", sslmode: "require" } as const;
      return { kind: "directly to the database", host, connection, expected: /timeout expired/ };
    }),
    ...others.flatMap((host) =>
      proxy.hosts.map(({ address }) => {
        const connection = { address, sslmode: "require" } as const;
        return { kind: "to the proxy from servers of other services", host, connection, expected: /timeout expired/ };
      }),
    ),
    ...proxy.hosts.map(({ name }) => {
      const connection = { address: primary?.address ?? "", sslmode: "disable" } as const;
      return {
        kind: "without TLS at the database",
        host: environment.host(name),
        connection,
        expected: /no encryption/,
      };
    }),
  ];
  const wrong = await Promise.all(
    attempts.map(async ({ kind, host, connection, expected }) => {
      const result = await sql(client, host, { ...connection, seconds: 2 }, "select 1");
      if (result.exitCode !== 0 && expected.test(result.stderr)) return [];
      return [`${host.name} ${kind}: ${result.exitCode === 0 ? "connected" : reason(result)}`];
    }),
  );
  return { tried: attempts.length, kinds: [...new Set(attempts.map(({ kind }) => kind))], wrong: wrong.flat() };
}

const TRANSACTIONS = 8;
/** Seconds in which all of them must begin. */
const TOGETHER_SECONDS = 3;

/** Transactions through one proxy, all of which end at the same moment: each has a connection of the database until then. */
async function parallelTransactions(context: ScenarioContext) {
  const { environment, promised } = context;
  const [[server]] = servers(context);
  const [proxy] = promised.database.proxy.hosts;
  if (server === undefined || proxy === undefined) return { backends: 0, wrong: ["no server may read"] };
  const client = { database: environment.database, promised };
  const end = Date.now() / 1000 + TOGETHER_SECONDS;
  const wait = `select pg_backend_pid() from pg_sleep(greatest(0, ${end} - extract(epoch from clock_timestamp())))`;
  const connection = { address: proxy.address, sslmode: "require" } as const;
  const results = await Promise.all(Array.from({ length: TRANSACTIONS }, () => sql(client, server, connection, wait)));
  const failed = results.filter(({ exitCode }) => exitCode !== 0).map(reason);
  const backends = new Set(results.map(({ stdout }) => stdout.trim())).size;
  const few = backends < TRANSACTIONS ? [`${TRANSACTIONS} transactions at once had ${backends} connections`] : [];
  return { backends, wrong: [...failed, ...few] };
}

/** Seconds until the standby takes over; AWS states 60 to 120 s, most of which is detection and DNS. */
const TAKEOVER_MS = 1000;
const WRITES = 12;
const WRITES_BEFORE = 4;

/** One server writes on while the primary is killed, and the standby, or without one the same host, starts from its blocks. */
async function lossOfThePrimary(context: ScenarioContext) {
  const { environment, promised } = context;
  const client = { database: environment.database, promised };
  const [[server]] = servers(context);
  const [proxy] = promised.database.proxy.hosts;
  const wrong: string[] = [];
  if (server === undefined || proxy === undefined)
    return { place: "", written: 0, failed: 0, longestMs: 0, wrong: ["no server may write"] };
  const writer = `writer ${Date.now()}`;
  const connection = { address: proxy.address, sslmode: "require" } as const;
  const before = environment.database.primaryHost;
  const acknowledged: number[] = [];
  let longestMs = 0;
  let takeover: Promise<void> | undefined;
  let isLost = false;
  for (let number = 1; number <= WRITES; number += 1) {
    if (number === WRITES_BEFORE) {
      isLost = true;
      await environment.database.kill();
      takeover = delay(TAKEOVER_MS)
        .then(() => environment.database.failOver())
        .finally(() => (isLost = false));
    }
    const [began, mayFail] = [Date.now(), isLost];
    const result = await sql(client, server, connection, `insert into lab values ('${writer}', ${number})`);
    longestMs = Math.max(longestMs, Date.now() - began);
    if (result.exitCode === 0) acknowledged.push(number);
    else if (!mayFail) wrong.push(`write ${number}: ${reason(result)}`);
  }
  await takeover;
  const { stdout } = await sql(client, server, connection, `select number from lab where writer = '${writer}'`);
  const rows = new Set(stdout.trim().split("\n").map(Number));
  wrong.push(
    ...acknowledged.filter((number) => !rows.has(number)).map((number) => `acknowledged row ${number} is lost`),
  );
  const after = environment.database.primaryHost;
  const place = after === before ? "on the same host" : `on the standby in ${after?.zone ?? ""}`;
  return { place, written: WRITES, failed: WRITES - acknowledged.length, longestMs, wrong };
}
