import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";

import { projectRoot } from "@dev-one/cli/project-root";
import { scratchDirectory, writeScript } from "@dev-one/cli/test/files";

import { staging } from "../../../../src/environments";
import { scramVerifier } from "../../src/roll-out/database-sql";
import { type DatabaseUsersOptions, ensureDatabaseUsers } from "../../src/roll-out/database-users";
import { Psql } from "../../src/roll-out/psql";
import { RdsLike, TOKEN } from "./support/rds-like";

const ROOT = projectRoot([__dirname]);
const { api } = staging.services;
if (api === undefined) throw new Error("staging has no service api");
const environment = { ...staging, services: { api, "web-shop": { ...api, database: {} } } };

const bin = scratchDirectory();
const calls = join(bin, "calls");
const fault = join(bin, "fault");
const path = process.env.PATH ?? "";

let cloud: ChildProcess;
let rds: RdsLike;
let url: string;

/** The AWS CLI against moto. Two commands are not for moto: the token is a password here, and the tunnel leads to this machine. */
function writePrograms(port: number): void {
  writeScript(
    join(bin, "aws"),
    `const { appendFileSync, existsSync, rmSync } = require("node:fs");
    const { spawnSync, execSync } = require("node:child_process");
    const net = require("node:net");
    const words = process.argv.slice(2);
    appendFileSync(${JSON.stringify(calls)}, words.join(" ") + "\\n");
    const operation = words.slice(0, 2).join(" ");
    if (operation === "rds generate-db-auth-token") console.log(${JSON.stringify(TOKEN)});
    else if (operation === "ssm start-session") {
      const { localPortNumber } = JSON.parse(words[words.indexOf("--parameters") + 1]);
      net.createServer((client) => {
        const server = net.connect(${port}, "127.0.0.1");
        client.pipe(server).pipe(client);
        for (const socket of [client, server]) socket.on("error", () => { client.destroy(); server.destroy(); });
      }).listen(Number(localPortNumber[0]), "127.0.0.1", () => console.log("Waiting for connections..."));
    } else {
      const done = spawnSync(${JSON.stringify(join(ROOT, ".venv/bin/aws"))}, [...words, "--endpoint-url", ${JSON.stringify(url)}], { stdio: "inherit" });
      if (operation === "secretsmanager update-secret-version-stage" && existsSync(${JSON.stringify(fault)})) {
        execSync(require("node:fs").readFileSync(${JSON.stringify(fault)}, "utf8"));
        rmSync(${JSON.stringify(fault)});
      }
      process.exitCode = done.status;
    }`,
  );
  writeScript(join(bin, "session-manager-plugin"), "");
}

beforeAll(async () => {
  const script = join(__dirname, "support/database_cloud.py");
  cloud = spawn(join(ROOT, ".venv/bin/python"), [script, "staging", "api", "web-shop"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  if (cloud.stdout === null) throw new Error("no output");
  const line = await new Promise<string>((resolve) => createInterface(cloud.stdout as never).once("line", resolve));
  const answer = JSON.parse(line) as { endpoint: string; url: string };
  url = answer.url;
  rds = await RdsLike.start(answer.endpoint);
  rds.admin(
    "SET ROLE postgres; CREATE TABLE items (id bigserial, text text); INSERT INTO items (text) VALUES ('a')",
    "app",
  );
  writePrograms(rds.port);
  process.env.PATH = [bin, path].join(delimiter);
  Object.assign(process.env, { AWS_ACCESS_KEY_ID: "test", AWS_SECRET_ACCESS_KEY: "test" });
});

afterAll(async () => {
  process.env.PATH = path;
  cloud.kill();
  await rds.stop();
});

async function ensure(options: Partial<DatabaseUsersOptions> = {}): Promise<string[]> {
  const said: string[] = [];
  await ensureDatabaseUsers({
    ...{ stack: "staging", region: "us-east-1", environment, certificates: [rds.certificate] },
    say: (line) => said.push(line),
    ...options,
  });
  return said;
}

/** Secrets Manager's answers, asked directly. */
async function secretOf(service: string) {
  const ask = async <T>(operation: string, input: object = {}) => {
    const headers = {
      "Content-Type": "application/x-amz-json-1.1",
      "X-Amz-Target": `secretsmanager.${operation}`,
      Authorization: "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/secretsmanager/aws4_request",
    };
    const body = JSON.stringify({ SecretId: `dev-one/staging/database-user-${service}`, ...input });
    return (await (await fetch(url, { method: "POST", headers, body })).json()) as T;
  };
  const { VersionIdsToStages: labels } = await ask<{ VersionIdsToStages: Record<string, string[]> }>("DescribeSecret");
  const current = await ask<{ SecretString: string }>("GetSecretValue", { VersionStage: "AWSCURRENT" });
  return { labels, ...(JSON.parse(current.SecretString) as { username: string; password: string }) };
}

const passwords: string[] = [];

test("creates databases and users that log in with the passwords of their secrets", async () => {
  expect(await ensure()).toEqual([
    "api: user api created.",
    "web-shop: database web_shop created, user web_shop created.",
  ]);
  for (const [service, database] of [
    ["api", "app"],
    ["web-shop", "web_shop"],
  ] as const) {
    const { username, password, labels } = await secretOf(service);
    passwords.push(password);
    expect(Object.values(labels).map((each) => each.sort().join())).toEqual(["AWSPREVIOUS,INITIAL", "AWSCURRENT"]);
    expect(rds.as(username, password, database, "SELECT current_user, current_setting('is_superuser')")).toBe(
      `${username}|off`,
    );
  }
});

test("gives the user what the master user has created in its database, and the schema for new tables", () => {
  const [password = ""] = passwords;
  const statements = `CREATE TABLE IF NOT EXISTS items (id bigserial, text text); ALTER TABLE items ADD COLUMN note text;
    INSERT INTO items (text) VALUES ('b'); CREATE TABLE more (id int); SELECT count(*) FROM items`;
  expect(rds.as("api", password, "app", statements).split("\n").at(-1)).toBe("2");
});

test("lets a user neither into the database of another, nor create databases or roles, nor be the master user", () => {
  const [password = ""] = passwords;
  const tries = [
    ["web_shop", "SELECT 1"],
    ["template1", "SELECT 1"],
    ["app", "CREATE DATABASE mine"],
    ["app", "CREATE ROLE mine"],
    ["app", "SET ROLE web_shop"],
    ["app", "SET ROLE postgres"],
  ] as const;
  expect(tries.map(([database, statement]) => rds.as("api", password, database, statement))).toEqual([
    expect.stringContaining('permission denied for database "web_shop"'),
    expect.stringContaining('permission denied for database "template1"'),
    expect.stringContaining("permission denied to create database"),
    expect.stringMatching(/permission denied to create role|must be/),
    expect.stringContaining('permission denied to set role "web_shop"'),
    expect.stringContaining('permission denied to set role "postgres"'),
  ]);
  const memberships = `SELECT count(*) FROM pg_auth_members WHERE member = 'api'::regrole`;
  expect(rds.admin(memberships)).toBe("0");
});

test("changes nothing when it runs again", async () => {
  const before = await Promise.all(["api", "web-shop"].map(secretOf));
  expect(await ensure()).toEqual([
    "api: database app and user api are there.",
    "web-shop: database web_shop and user web_shop are there.",
  ]);
  expect(await Promise.all(["api", "web-shop"].map(secretOf))).toEqual(before);
});

test("takes a user out of rds_iam, whose members cannot log in with a password", async () => {
  rds.admin("SET ROLE postgres; GRANT rds_iam TO api");
  await ensure();
  expect(rds.admin("SELECT pg_has_role('api', 'rds_iam', 'MEMBER')")).toBe("f");
});

test("changes the password of one user, and leaves its open connections", async () => {
  const [before = "", other = ""] = passwords;
  const open = new Psql(rds.connection("api", before, "app"));
  await open.run("SELECT 1");
  expect(await ensure({ rotate: ["api"] })).toEqual([
    "api: password of api changed.",
    "web-shop: database web_shop and user web_shop are there.",
  ]);
  expect(await open.run("SELECT 'still open'")).toEqual(["still open"]);
  await open.close();
  passwords[0] = (await secretOf("api")).password;
  expect(rds.as("api", before, "app", "SELECT 1")).toContain("password authentication failed");
  expect(rds.as("api", passwords[0], "app", "SELECT 1")).toBe("1");
  expect((await secretOf("web-shop")).password).toBe(other);
});

test("takes the secret back when the new password is not committed, and changes it in the next run", async () => {
  const [before = ""] = passwords;
  const sessions = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'postgres'";
  const command = rds.adminCommand(sessions);
  writeFileSync(fault, command);
  await expect(ensure({ rotate: ["api"] })).rejects.toThrow(/^PostgreSQL: /);
  expect((await secretOf("api")).password).toBe(before);
  expect(rds.as("api", before, "app", "SELECT 1")).toBe("1");

  expect(await ensure()).toContain("api: password of api changed.");
  passwords[0] = (await secretOf("api")).password;
  expect(passwords[0]).not.toBe(before);
  expect(rds.as("api", passwords[0], "app", "SELECT 1")).toBe("1");
});

test("writes no password into arguments or PostgreSQL's log, which has every statement", () => {
  expect(rds.log).toContain("ALTER ROLE");
  for (const secret of [...passwords, TOKEN]) {
    expect(rds.log.replace(/^.*CREATE ROLE postgres LOGIN.*$/m, "")).not.toContain(secret);
    expect(readFileSync(calls, "utf8")).not.toContain(secret);
  }
});

test("reaches the proxy through a server of the environment, with the one document that forwards a port to a host", () => {
  const sessions = readFileSync(calls, "utf8")
    .split("\n")
    .filter((line) => line.startsWith("ssm start-session"));
  expect(sessions.length).toBeGreaterThan(0);
  for (const session of sessions) {
    expect(session).toMatch(
      /--target i-[0-9a-f]+ --document-name AWS-StartPortForwardingSessionToRemoteHost --parameters {"host":\["dev-one-staging\./,
    );
  }
});

test("derives the verifier that PostgreSQL stores", () => {
  rds.admin("SET password_encryption = 'scram-sha-256'; CREATE ROLE verified LOGIN PASSWORD 'a ''quoted'' password'");
  const stored = rds.admin("SELECT rolpassword FROM pg_authid WHERE rolname = 'verified'");
  const salt = Buffer.from(stored.split(/[:$]/)[2] ?? "", "base64");
  expect(scramVerifier("a 'quoted' password", salt)).toBe(stored);
});

test("names every program that is missing, and where it comes from", async () => {
  process.env.PATH = scratchDirectory();
  const failure = await ensure().catch((error: unknown) => String(error));
  process.env.PATH = [bin, path].join(delimiter);
  expect(String(failure).match(/^(UserError: )?[\w-]+ is not on PATH \(.+\)\.$/gm)).toHaveLength(3);
});

test("names a service without a database, and a stack that is none", async () => {
  await expect(ensure({ rotate: ["api", "blog"] })).rejects.toThrow(
    "blog: no service of staging with a database; use api, web-shop.",
  );
  await expect(
    ensureDatabaseUsers({ stack: "staging-monitoring", region: "us-east-1", say: () => undefined }),
  ).rejects.toThrow("staging-monitoring is no platform stack.");
});
