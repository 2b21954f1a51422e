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

/** Between two batches of new connections; h2load takes whole milliseconds. */
const TICKS_MS = { shortest: 10, longest: 50 };

/** h2load and its arguments: HTTP/1.1, one thread, connections opened evenly in time. */
export function h2loadCommand(h2load: string, load: Load, log: string): [string, ...string[]] {
  const { address, port, connections, requestsEach, requestsPerSecond, path, body, headers = [] } = load;
  const { perTick, tick } = evenly(load.connectionsPerSecond);
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

/** Small batches that come closest to a rate. */
function evenly(perSecond: number): { readonly perTick: number; readonly tick: number } {
  let best = { perTick: 1, tick: Math.round(1000 / perSecond), off: Infinity };
  for (let tick = TICKS_MS.shortest; tick <= TICKS_MS.longest; tick += 1) {
    const perTick = Math.round((perSecond * tick) / 1000);
    const off = Math.abs((perTick * 1000) / tick - perSecond);
    if (perTick > 0 && off < best.off) best = { perTick, tick, off };
  }
  return best;
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
