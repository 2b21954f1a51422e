export interface Share {
  /** Destination of this part, on loopback. */
  readonly address: string;
  readonly connections: number;
}

export interface SplitLimits {
  /** Highest number of connections of one generator process. */
  readonly perProcess: number;
  /** Number of ephemeral ports of this machine. */
  readonly ports: number;
}

/**
 * Splits a load over processes and destination addresses. A client address has one set of ephemeral ports per destination,
 * and the kernel searches them one by one when more than half are in use. A destination therefore gets at most half of the ports.
 * @param first offset of the first address from 127.0.0.0
 */
export function split(connections: number, { perProcess, ports }: SplitLimits, first = 1): Share[] {
  const most = Math.max(1, Math.min(perProcess, Math.floor(ports / 2)));
  const parts = Math.ceil(connections / most);
  return Array.from({ length: parts }, (_, index) => ({
    address: `127.0.0.${first + index}`,
    connections: Math.floor(connections / parts) + (index < connections % parts ? 1 : 0),
  }));
}
