import type { ModelHost } from "./addresses";
import type { Action, Listener, LoadBalancer, Rule, TargetGroup } from "./load-balancer";

/** Files and limits of a node's processes. */
export interface NodePlace {
  /** Certificate and key in one file. */
  readonly certificateFile: string;
  /** Unix socket with statistics. */
  readonly socket: string;
  /** Most connections of a process: HAProxy wants twice as many open files. */
  readonly maxConnections: number;
}

/**
 * AWS answers 502 or 504 when a target refuses a connection or does not accept it within 10 seconds, and tries no other target:
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html (read 2026-12-01)
 */
const CONNECT_SECONDS = 10;

const time = (seconds: number): string =>
  Number.isInteger(seconds) ? `${seconds}s` : `${Math.round(seconds * 1000)}ms`;

/**
 * One node of the load balancer as HAProxy's configuration. By default HAProxy keeps no idle connection to a server when its clients
 * have a fifth of its files (`tune.pool-low-fd-ratio`), and then opens one for each request.
 * @see https://docs.haproxy.org/2.6/configuration.html#tune.pool-low-fd-ratio
 */
export function renderHaproxy(
  balancer: LoadBalancer,
  node: Pick<ModelHost, "address" | "zone">,
  place: NodePlace,
): string {
  const { listeners, groups, idleTimeout } = balancer;
  return `global
  maxconn ${place.maxConnections}
  stats socket ${place.socket} mode 600 level admin
  nbthread 1
  max-spread-checks 500
  tune.pool-low-fd-ratio 90
  tune.pool-high-fd-ratio 95
  ssl-default-bind-options ssl-min-ver TLSv1.2
defaults
  mode http
  timeout connect ${CONNECT_SECONDS}s
  timeout client ${time(idleTimeout)}
  timeout server ${time(idleTimeout)}
  timeout http-keep-alive ${time(idleTimeout)}
  option forwardfor
  retries 0
  http-reuse always
${listeners.map((listener) => renderListener(listener, balancer, node, place)).join("")}${groups
    .map((group) => renderGroup(group, node.zone))
    .join("")}`;
}

function renderListener(
  { port, isTls, minimumTls, defaultAction, rules }: Listener,
  { groups, clientKeepAlive }: LoadBalancer,
  { address }: Pick<ModelHost, "address">,
  { certificateFile }: NodePlace,
): string {
  const tls = isTls ? ` ssl crt ${certificateFile} ssl-min-ver ${minimumTls} alpn http/1.1` : "";
  const actions = rules.flatMap((rule) => renderAction(rule.action, groups, renderCondition(rule)));
  return `frontend port-${port}
  bind ${address}:${port}${tls}
  tcp-request connection set-var(sess.opened) date()
  http-after-response set-header connection close if { date(),sub(sess.opened) -m int ge ${Math.ceil(clientKeepAlive)} }
  http-request set-header X-Forwarded-Proto ${isTls ? "https" : "http"}
  http-request set-header X-Forwarded-Port ${port}
${[...actions, ...renderAction(defaultAction, groups)].map((line) => `  ${line}\n`).join("")}`;
}

function renderCondition({ hosts, sources }: Rule): string {
  if (sources.length > 0) return `{ src ${sources.join(" ")} }`;
  const match = hosts.some((host) => host.includes("*")) ? "-m reg" : "-m str";
  return `{ req.hdr(host),field(1,:),lower ${match} ${hosts.map(pattern).join(" ")} }`;
}

const pattern = (host: string): string =>
  host.includes("*") ? `^${host.toLowerCase().replaceAll(".", "\\.").replaceAll("*", ".*")}$` : host.toLowerCase();

function renderAction(action: Action, groups: readonly TargetGroup[], condition?: string): string[] {
  const when = condition === undefined ? "" : ` if ${condition}`;
  if (action.type === "redirect") {
    const port = action.scheme === "https" && action.port === "443" ? "" : `:${action.port}`;
    // AWS keeps host, path and query; "#{host}" and its like are the defaults.
    const location = `${action.scheme}://%[req.hdr(host),field(1,:)]${port}%[capture.req.uri]`;
    return [`http-request redirect code ${action.status} location ${location}${when}`];
  }
  if (action.type === "fixed-response") {
    const body = action.body === "" ? "" : ` content-type ${action.contentType} string ${JSON.stringify(action.body)}`;
    return [`http-request return status ${action.status}${body}${when}`];
  }
  const group = groups.find(({ address }) => address === action.group);
  const name = group?.name ?? "";
  // HAProxy answers 503 where all targets are unhealthy; AWS then sends to all of them.
  const failsOpen = `{ nbsrv(${name}) lt ${group?.failOpenBelow ?? 1} }`;
  return [
    `use_backend ${name}-fail-open if ${condition === undefined ? "" : `${condition} `}${failsOpen}`,
    condition === undefined ? `default_backend ${name}` : `use_backend ${name}${when}`,
  ];
}

function renderGroup(group: TargetGroup, zone: string): string {
  const { name, healthCheck, targets, crossZone } = group;
  const own = targets.filter((target) => crossZone || target.zone === zone);
  const servers = (check: string): string =>
    own.map((target) => `  server ${target.name} ${target.address}:${target.port}${check}\n`).join("");
  const { interval, timeout, healthy, unhealthy } = healthCheck;
  return `backend ${name}
  balance leastconn
  option httpchk GET ${healthCheck.path}
  http-check expect status ${healthCheck.status}
  timeout check ${time(timeout)}
${servers(` check inter ${time(interval)} rise ${healthy} fall ${unhealthy}`)}backend ${name}-fail-open
  balance leastconn
${servers("")}`;
}
