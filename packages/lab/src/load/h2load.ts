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
  /** File with the body of a POST request. @default a GET request */
  readonly body?: string;
}

/** Time between two batches of new connections; h2load accepts whole milliseconds only. */
const TICKS_MS = { shortest: 10, longest: 50 };

/** h2load and its arguments: HTTP/1.1, one thread, connections opened evenly in time. */
export function h2loadCommand(load: Load, log: string): [string, ...string[]] {
  const { address, port, connections, requestsEach, requestsPerSecond, path, body } = load;
  const { perTick, tick } = evenly(load.connectionsPerSecond);
  return [
    "h2load",
    "--h1",
    ...["-c", String(connections)],
    ...["-n", String(connections * requestsEach)],
    ...["-r", String(perTick), "--rate-period", `${tick}ms`],
    ...(requestsPerSecond === undefined ? [] : ["--rps", String(requestsPerSecond)]),
    ...(body === undefined ? [] : ["-d", body]),
    ...["--log-file", log],
    `http://${address}:${port}${path}`,
  ];
}

/** The batch size and period closest to a rate, with small batches. */
function evenly(perSecond: number): { readonly perTick: number; readonly tick: number } {
  let best = { perTick: 1, tick: Math.round(1000 / perSecond), off: Infinity };
  for (let tick = TICKS_MS.shortest; tick <= TICKS_MS.longest; tick += 1) {
    const perTick = Math.round((perSecond * tick) / 1000);
    const off = Math.abs((perTick * 1000) / tick - perSecond);
    if (perTick > 0 && off < best.off) best = { perTick, tick, off };
  }
  return best;
}
