export interface Share {
  /** Destination of this part, on loopback. */
  readonly address: string;
  readonly connections: number;
}

export interface SplitLimits {
  /** Connections that one process of the generator can have. */
  readonly perProcess: number;
  /** Ports that this machine dials from. */
  readonly ports: number;
}

/**
 * Parts a load over processes and destination addresses. A client address has one set of ports for each destination, and
 * the kernel searches them one by one once half of them are taken: so a destination gets no more than that.
 * @param first number of the first address below 127.0.0.0
 */
export function split(connections: number, { perProcess, ports }: SplitLimits, first = 1): Share[] {
  const most = Math.max(1, Math.min(perProcess, Math.floor(ports / 2)));
  const parts = Math.ceil(connections / most);
  return Array.from({ length: parts }, (_, index) => ({
    address: `127.0.0.${first + index}`,
    connections: Math.floor(connections / parts) + (index < connections % parts ? 1 : 0),
  }));
}
