/** Sockets that `ss -Htan` lists. */
export interface SocketCounts {
  /** Sockets of the server's port by state, such as `ESTAB`, without listening sockets. */
  readonly server: ReadonlyMap<string, number>;
  /** Established sockets of the whole machine. */
  readonly establishedEverywhere: number;
}

const LINE = /^(\S+)\s+\d+\s+\d+\s+\S+:(\d+)\s/;

export function countSockets(text: string, port: number): SocketCounts {
  const server = new Map<string, number>();
  let establishedEverywhere = 0;
  for (const line of text.split("\n")) {
    const match = LINE.exec(line);
    const state = match?.[1];
    if (state === undefined || state === "LISTEN") continue;
    if (state === "ESTAB") establishedEverywhere += 1;
    if (Number(match?.[2]) === port) server.set(state, (server.get(state) ?? 0) + 1);
  }
  return { server, establishedEverywhere };
}
