/** Connections of one h2load process to one address. */
export interface Load {
  /** Such as `reads`. */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly connections: number;
  /** Connections that are opened per second. */
  readonly connectionsPerSecond: number;
  /** Requests that each connection makes before it closes. */
  readonly requestsEach: number;
  /** Requests per second of each connection; undefined to send the next one after each answer. */
  readonly requestsPerSecond: number | undefined;
  /** Such as `/items`. */
  readonly path: string;
  /** File whose content is posted. @default a GET */
  readonly body?: string;
  readonly headers?: readonly string[];
}

const TICK_MS = 10;

/** h2load and its arguments: HTTP/1.1, one thread, connections opened evenly in time. */
export function h2loadCommand(h2load: string, load: Load, log: string): [string, ...string[]] {
  const { address, port, connections, requestsEach, requestsPerSecond, path, body, headers = [] } = load;
  const perTick = Math.max(1, Math.round((load.connectionsPerSecond * TICK_MS) / 1000));
  // Fewer than one connection in a tick: longer ticks.
  const tick = Math.max(TICK_MS, Math.round((perTick * 1000) / load.connectionsPerSecond));
  return [
    h2load,
    "--h1",
    ...["-c", String(connections)],
    ...["-n", String(connections * requestsEach)],
    ...["-r", String(perTick), "--rate-period", `${tick}ms`],
    ...(requestsPerSecond === undefined ? [] : ["--rps", String(requestsPerSecond)]),
    ...(body === undefined ? [] : ["-d", body]),
    ...headers.flatMap((header) => ["-H", header]),
    ...["--log-file", log],
    `http://${address}:${port}${path}`,
  ];
}

export interface H2loadSummary {
  readonly total: number;
  /** Whole answers with 2xx. */
  readonly succeeded: number;
}

/** Reads what h2load prints at its end; undefined when it was ended before. */
export function parseSummary(output: string): H2loadSummary | undefined {
  const requests = /^requests: (\d+) total, .* (\d+) succeeded, /m.exec(output);
  const codes = /^status codes: (\d+) 2xx, /m.exec(output);
  if (requests === null || codes === null) return undefined;
  // An answer that broke off has a status code too; one with another code than 2xx may count as succeeded.
  return { total: Number(requests[1]), succeeded: Math.min(Number(requests[2]), Number(codes[1])) };
}
