import type { Stack } from "@dev-one/terraform-json/resources";

import type { ModelHost, Network } from "./addresses";
import { oneOf, requiredTarget, requiredText, unsupported } from "./read";

export interface Database {
  readonly user: string;
  readonly name: string;
  readonly port: number;
  readonly requiresTls: boolean;
  /** Parameters of PostgreSQL; those of RDS alone are left to the lab. */
  readonly parameters: readonly (readonly [name: string, value: string])[];
  /** The primary first; with Multi-AZ a standby. */
  readonly hosts: readonly ModelHost[];
  readonly proxy: {
    readonly requiresTls: boolean;
    readonly idleClientTimeout: number;
    readonly borrowTimeout: number;
    readonly maxConnectionsPercent: number;
    readonly hosts: readonly ModelHost[];
  };
}

/** RDS's own parameters, which PostgreSQL does not know. */
const RDS_ONLY = "rds.";

export function compileDatabase(stack: Stack, network: Network): Database {
  const instance = stack.only("aws_db_instance");
  const proxy = stack.only("aws_db_proxy");
  const target = stack.only("aws_db_proxy_target");
  oneOf(instance, "engine", ["postgres"]);
  oneOf(proxy, "engine_family", ["POSTGRESQL"]);
  requiredTarget(target, "db_proxy_name", "aws_db_proxy");
  requiredTarget(target, "db_instance_identifier", "aws_db_instance");
  const pool = stack
    .referring("aws_db_proxy_default_target_group", "db_proxy_name", proxy)[0]
    ?.block("connection_pool_config");
  const parameters = requiredTarget(instance, "parameter_group_name", "aws_db_parameter_group")
    .blocks("parameter")
    .map((parameter) => [parameter.text("name") ?? "", parameter.text("value") ?? ""] as const);
  const forcesTls = parameters.find(([name]) => name === "rds.force_ssl")?.[1] ?? "1";
  if (forcesTls !== "0" && forcesTls !== "1") throw unsupported(instance, "rds.force_ssl", forcesTls, "0 or 1");
  const hostsOf = (address: string) => network.hosts.filter(({ resource }) => resource === address);
  return {
    user: requiredText(instance, "username"),
    name: requiredText(instance, "db_name"),
    port: instance.number("port") ?? 5432,
    requiresTls: forcesTls === "1",
    parameters: parameters.filter(([name]) => !name.startsWith(RDS_ONLY)),
    hosts: hostsOf(instance.address),
    proxy: {
      requiresTls: proxy.flag("require_tls") ?? false,
      idleClientTimeout: proxy.number("idle_client_timeout") ?? 1800,
      borrowTimeout: pool?.number("connection_borrow_timeout") ?? 120,
      maxConnectionsPercent: pool?.number("max_connections_percent") ?? 100,
      hosts: hostsOf(proxy.address),
    },
  };
}

/** PostgreSQL's own default; RDS derives it from the memory of the instance class. */
export const MAX_CONNECTIONS = 100;

/** Configuration of PgBouncer. @param primary address of the host on which PostgreSQL runs */
export function renderPgBouncer(
  { port, proxy }: Database,
  { address }: Pick<ModelHost, "address">,
  primary: string,
  { directory, key, certificate }: { readonly directory: string; readonly key: string; readonly certificate: string },
): string {
  return `[databases]
* = host=${primary} port=${port}
[pgbouncer]
listen_addr = ${address}
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${directory}/users
client_tls_sslmode = ${proxy.requiresTls ? "require" : "prefer"}
client_tls_key_file = ${key}
client_tls_cert_file = ${certificate}
server_tls_sslmode = require
pool_mode = transaction
max_client_conn = 1000
max_db_connections = ${Math.floor((MAX_CONNECTIONS * proxy.maxConnectionsPercent) / 100)}
query_wait_timeout = ${proxy.borrowTimeout}
client_idle_timeout = ${proxy.idleClientTimeout}
server_login_retry = 1
server_connect_timeout = 2
ignore_startup_parameters = extra_float_digits
`;
}

/** Who may connect to PostgreSQL, and how. */
export function renderHostBasedAuthentication({ requiresTls }: Database): string {
  return `local all all trust\n${requiresTls ? "hostssl" : "host"} all all 0.0.0.0/0 scram-sha-256\n`;
}
