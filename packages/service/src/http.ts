import { type IncomingHttpHeaders, request } from "node:http";
import { connect, type Socket } from "node:net";

/** A TCP port of loopback. */
export interface TcpAddress {
  readonly host: string;
  readonly port: number;
}

/** Where a program listens. */
export type Address = TcpAddress | { readonly socketPath: string };

/** Characters that are kept of an answer. */
const MOST_TEXT = 10_000;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export interface Question {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** @default 5 s, the timeout of the load balancer's health checks */
  readonly timeoutMs?: number;
}

/** One request on a connection of its own. @returns why there is no answer, as a text, when there is none */
export function ask(address: Address, path: string, question: Question = {}): Promise<Answer | string> {
  const { method = "GET", headers = {}, body, timeoutMs = 5_000 } = question;
  return new Promise((resolve) => {
    const outgoing = request({ ...address, path, method, headers, agent: false }, (incoming) => {
      let text = "";
      incoming.setEncoding("utf8");
      incoming.on("data", (chunk: string) => (text = (text + chunk).slice(0, MOST_TEXT)));
      incoming.on("end", () => {
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text });
      });
      incoming.on("error", (error) => {
        resolve(error.message);
      });
    });
    outgoing.setTimeout(timeoutMs, () => {
      outgoing.destroy(new Error(`no answer within ${timeoutMs / 1000} s`));
    });
    outgoing.on("error", (error) => {
      resolve(error.message);
    });
    outgoing.end(body);
  });
}

/** How an answer is called in a line of the report. */
export function shown(answer: Answer | string): string {
  if (typeof answer === "string") return `no answer (${answer})`;
  const text = answer.text.trim().split("\n")[0]?.slice(0, 80) ?? "";
  return `${answer.status}${text === "" ? "" : ` "${text}"`}`;
}

/** One connection to the program itself, whose requests and answers are text. */
export class Connection {
  /** All that came so far. */
  received = "";
  isClosed = false;
  private onChange = (): void => undefined;

  private constructor(private readonly socket: Socket) {
    socket.setEncoding("latin1");
    socket.on("data", (chunk: string) => {
      this.received += chunk;
      this.onChange();
    });
    const end = () => {
      this.isClosed = true;
      this.onChange();
    };
    socket.on("end", end).on("close", end).on("error", end);
  }

  /** @throws Error when the connection is refused */
  static open(address: Address): Promise<Connection> {
    const socket = connect("socketPath" in address ? { path: address.socketPath } : address);
    return new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.once("connect", () => {
        socket.off("error", reject);
        resolve(new Connection(socket));
      });
    });
  }

  send(text: string): void {
    if (!this.isClosed) this.socket.write(text);
  }

  /** Waits for the status line of another answer. @returns its status; undefined when the connection ends before, or in time */
  async status(answersBefore = 0, timeoutMs = 5_000): Promise<number | undefined> {
    const statuses = () => [...this.received.matchAll(/HTTP\/1\.[01] (\d{3}) /g)].slice(answersBefore);
    await this.until(() => statuses().length > 0 || this.isClosed, timeoutMs);
    const status = statuses()[0]?.[1];
    return status === undefined ? undefined : Number(status);
  }

  /** Waits until a condition is met, which is asked whenever something comes, or until the time is over. */
  until(isMet: () => boolean, timeoutMs: number): Promise<void> {
    if (isMet()) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = () => {
        clearTimeout(timer);
        this.onChange = () => undefined;
        resolve();
      };
      const timer = setTimeout(finish, timeoutMs);
      this.onChange = () => {
        if (isMet()) finish();
      };
    });
  }

  close(): void {
    this.socket.destroy();
  }
}
