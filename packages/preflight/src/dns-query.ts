import { createSocket } from "node:dgram";
import { getServers } from "node:dns";
import { connect } from "node:net";

import {
  type CaaAnswer,
  decode,
  type DecodedPacket,
  encode,
  type Packet,
  RECURSION_DESIRED,
  streamDecode,
  streamEncode,
  type StringAnswer,
} from "dns-packet";

export type Transport = "UDP" | "TCP";

/** A DNS server. */
export interface DnsServer {
  readonly host: string;
  /** @default 53 */
  readonly port?: number;
}

/** What a server says of a name. */
export interface DnsAnswer {
  /** `NOERROR`, `NXDOMAIN`, `SERVFAIL` and so on. */
  readonly status: string;
  readonly isAuthoritative: boolean;
  readonly nameServers: readonly string[];
  readonly authorities: readonly { readonly tag: string; readonly value: string }[];
}

type RecordType = "NS" | "SOA" | "CAA";
export type AskDns = (server: DnsServer, name: string, type: RecordType, transport: Transport) => Promise<DnsAnswer>;

const TIMEOUT_MS = 3_000;

/** The resolvers of this machine. */
export function systemResolvers(): DnsServer[] {
  // `1.2.3.4`, `[2001:db8::1]:5353` or `2001:db8::1`: https://nodejs.org/api/dns.html#dnsgetservers
  return getServers().map((server) => {
    const [, bracketed, v4, port] = /^(?:\[(.+)\]|([\d.]+)):(\d+)$/.exec(server) ?? [];
    return port === undefined ? { host: server } : { host: bracketed ?? v4 ?? server, port: Number(port) };
  });
}

/** One query over UDP or TCP; a truncated answer is asked for again over TCP. @throws Error when there is no answer within three seconds */
export const askDns: AskDns = async (server, name, type, transport) => {
  const query: Packet = {
    type: "query",
    id: Math.floor(Math.random() * 0x10000),
    flags: RECURSION_DESIRED,
    questions: [{ type, name }],
  };
  const first = await (transport === "UDP" ? overUdp(server, query) : overTcp(server, query));
  const packet = first.flag_tc ? await overTcp(server, query) : first;
  const answers = (packet.answers ?? []).filter((answer) => answer.name.toLowerCase() === name.toLowerCase());
  return {
    // @types/dns-packet does not know the name of the response code.
    status: (packet as DecodedPacket & { rcode: string }).rcode,
    isAuthoritative: packet.flag_aa,
    nameServers: answers
      .filter((answer): answer is StringAnswer => answer.type === "NS")
      .map(({ data }) => data.toLowerCase().replace(/\.$/, ""))
      .sort(),
    authorities: answers
      .filter((answer): answer is CaaAnswer => answer.type === "CAA")
      .map(({ data: { tag, value } }) => ({ tag, value })),
  };
};

function overUdp({ host, port = 53 }: DnsServer, query: Packet): Promise<DecodedPacket> {
  const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
  return answered(
    (resolve, reject) => {
      socket.on("error", reject);
      // A connected socket takes packets of this server only.
      socket.connect(port, host, () => {
        socket.send(encode(query));
      });
      socket.on("message", (message) => {
        const packet = decode(message);
        if (packet.id === query.id) resolve(packet);
      });
    },
    () => {
      socket.close();
    },
  );
}

function overTcp({ host, port = 53 }: DnsServer, query: Packet): Promise<DecodedPacket> {
  const socket = connect(port, host);
  let received = Buffer.alloc(0);
  return answered(
    (resolve, reject) => {
      socket.on("error", reject);
      socket.on("close", () => {
        reject(new Error("the server closed the connection"));
      });
      socket.on("connect", () => socket.write(streamEncode(query)));
      socket.on("data", (chunk) => {
        received = Buffer.concat([received, chunk]);
        // Two bytes give the length of the message behind them: RFC 1035, 4.2.2.
        if (received.length >= 2 && received.length >= received.readUInt16BE(0) + 2)
          resolve(streamDecode(received) as DecodedPacket);
      });
    },
    () => socket.destroy(),
  );
}

type Settle = (resolve: (packet: DecodedPacket) => void, reject: (error: Error) => void) => void;

async function answered(listen: Settle, close: () => void): Promise<DecodedPacket> {
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<DecodedPacket>((resolve, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`no answer within ${TIMEOUT_MS / 1000} seconds`));
      }, TIMEOUT_MS);
      // What is no DNS message ends here, too.
      listen(resolve, reject);
    });
  } finally {
    clearTimeout(timer);
    close();
  }
}
