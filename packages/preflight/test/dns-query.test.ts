import { createSocket, type Socket } from "node:dgram";
import type { AddressInfo } from "node:net";
import { createServer, type Server } from "node:net";

import { dns } from "../src/checks/dns";
import { type AskDns, askDns, type DnsAnswer, type DnsServer } from "../src/dns-query";

/** Domain names as RFC 1035 writes them: labels with their lengths. */
const labels = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.from([label.length, ...Buffer.from(label)])),
    Buffer.from([0]),
  ]);

/** A resource record whose name is that of the question (a pointer to byte 12). */
const record = (type: number, data: Buffer): Buffer => {
  const fixed = Buffer.from([0xc0, 12, 0, 0, 0, 1, 0, 0, 0, 60, 0, 0]);
  fixed.writeUInt16BE(type, 2);
  fixed.writeUInt16BE(data.length, 10);
  return Buffer.concat([fixed, data]);
};

/** An answer with authority to a query, byte by byte: the header, the question, the records. */
function reply(query: Buffer, records: readonly Buffer[], code = 0): Buffer {
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(0x8400 | code, 2);
  header.writeUInt16BE(records.length, 6);
  header.writeUInt16BE(0, 10);
  return Buffer.concat([header, query.subarray(12), ...records]);
}

const NS = [record(2, labels("ns-2.Example.net")), record(2, labels("ns-1.example.net"))];
// The example of RFC 3597's generic form for `0 issue "symantec.com"`: flags, length of the tag, tag, value.
const CAA = [record(257, Buffer.from("0005697373756573796d616e7465632e636f6d", "hex"))];

/** Answers over UDP and TCP on the same port of loopback. */
class NameServer {
  private udp: Socket | undefined;
  private tcp: Server | undefined;

  async start(answer: (query: Buffer) => Buffer, { overTcp = true } = {}): Promise<DnsServer> {
    const tcp = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.once("data", (chunk) => {
        if (!overTcp) {
          socket.destroy();
          return;
        }
        const message = answer(chunk.subarray(2));
        const length = Buffer.from([message.length >> 8, message.length & 255]);
        // In two parts, as a network may deliver it.
        socket.write(length);
        setTimeout(() => socket.end(message), 20);
      });
    });
    await new Promise<void>((done) => tcp.listen(0, "127.0.0.1", done));
    const { port } = tcp.address() as AddressInfo;
    const udp = createSocket("udp4");
    udp.on("message", (query, from) => {
      udp.send(answer(query), from.port, from.address);
    });
    await new Promise<void>((done) => {
      udp.bind(port, "127.0.0.1", done);
    });
    Object.assign(this, { udp, tcp });
    return { host: "127.0.0.1", port };
  }

  stop(): void {
    this.udp?.close();
    this.tcp?.close();
    Object.assign(this, { udp: undefined, tcp: undefined });
  }
}

const server = new NameServer();
afterEach(() => {
  server.stop();
});

/** Type of the question, the last but two bytes of a query without additional records. */
const typeOf = (query: Buffer): number => query.readUInt16BE(query.length - 4);

test.each(["UDP", "TCP"] as const)(
  "name servers and CAA records are read from the bytes of an answer over %s",
  async (transport) => {
    const at = await server.start((query) => reply(query, typeOf(query) === 257 ? CAA : NS));
    expect(await askDns(at, "a.example", "NS", transport)).toEqual({
      status: "NOERROR",
      isAuthoritative: true,
      nameServers: ["ns-1.example.net", "ns-2.example.net"],
      authorities: [],
    });
    expect((await askDns(at, "a.example", "CAA", transport)).authorities).toEqual([
      { tag: "issue", value: "symantec.com" },
    ]);
  },
);

test("a truncated answer over UDP is asked for again over TCP", async () => {
  let asked = 0;
  const at = await server.start((query) => {
    asked += 1;
    const answer = reply(query, asked === 1 ? [] : NS);
    if (asked === 1) answer.writeUInt16BE(answer.readUInt16BE(2) | 0x0200, 2);
    return answer;
  });
  expect((await askDns(at, "a.example", "NS", "UDP")).nameServers).toHaveLength(2);
  expect(asked).toBe(2);
});

test("a name that does not exist is an answer, and a closed connection or an answer of other bytes is an error", async () => {
  const at = await server.start((query) => reply(query, [], 3), { overTcp: false });
  expect((await askDns(at, "none.example", "NS", "UDP")).status).toBe("NXDOMAIN");
  await expect(askDns(at, "none.example", "NS", "TCP")).rejects.toThrow(/closed|ECONNRESET/);
  await expect(askDns({ host: "127.0.0.1", port: 1 }, "a.example", "NS", "TCP")).rejects.toThrow("ECONNREFUSED");
});

describe("findings on DNS", () => {
  const zoneServers = ["ns-1.example.net", "ns-2.example.net"];
  const resolvers = [{ host: "resolver" }];
  const answer: DnsAnswer = { status: "NOERROR", isAuthoritative: true, nameServers: zoneServers, authorities: [] };
  const found = async (ask: AskDns, zone = zoneServers) =>
    (await dns({ domain: "a.b.example", zoneServers: zone, resolvers, ask })).map(
      ({ verdict, subject, text }) => `${verdict} ${subject}: ${text}`,
    );

  test("are good when resolver and name servers answer over both transports", async () => {
    expect(await found(() => Promise.resolve(answer))).toEqual([
      "ok Delegation of a.b.example: delegated to the hosted zone",
      "ok CAA of a.b.example: no restriction",
    ]);
  });

  test("name a transport without an answer, and a name server without authority", async () => {
    const ask: AskDns = ({ host }, _, type, transport) => {
      if (host === "resolver" && transport === "TCP") return Promise.reject(new Error("no answer within 3 seconds"));
      return Promise.resolve({ ...answer, isAuthoritative: type !== "SOA" || host !== "ns-2.example.net" });
    };
    expect(await found(ask)).toEqual([
      "ok Delegation of a.b.example: delegated to the hosted zone",
      "warning DNS resolver: resolver does not answer over TCP (no answer within 3 seconds)",
      "warning Name server ns-2.example.net: over UDP for a.b.example: NOERROR, without authority",
      "warning Name server ns-2.example.net: over TCP for a.b.example: NOERROR, without authority",
      "ok CAA of a.b.example: no restriction",
    ]);
  });

  test("take the CAA record of the next domain above that has one", async () => {
    const ask: AskDns = (_, name, type) => {
      const authorities = type === "CAA" && name === "b.example" ? [{ tag: "issue", value: "letsencrypt.org" }] : [];
      return Promise.resolve({ ...answer, authorities });
    };
    expect(await found(ask)).toContain("stop CAA of a.b.example: allows letsencrypt.org, and not Amazon");
  });

  test.each(["SERVFAIL", "REFUSED"])("warn of a CAA query that ends with %s over one transport", async (status) => {
    const ask: AskDns = (_, name, type, transport) =>
      Promise.resolve(type === "CAA" && name === "b.example" && transport === "TCP" ? { ...answer, status } : answer);
    expect(await found(ask)).toContain(`warning CAA of a.b.example: not checked: ${status} for b.example over TCP`);
  });

  test("are one warning without a network", async () => {
    const refused = () => Promise.reject(Object.assign(new Error("connect"), { code: "ENETUNREACH" }));
    expect(await found(refused)).toEqual([
      "warning DNS of a.b.example: not checked: resolver resolver does not answer (UDP: ENETUNREACH; TCP: ENETUNREACH)",
    ]);
  });
});
