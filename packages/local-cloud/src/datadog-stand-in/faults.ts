/** A fault: requests that the API fails on demand. */
export interface Fault {
  /** HTTP status; "disconnect" closes the connection without a response. */
  readonly answer: number | "disconnect";
  /** Only this HTTP method. @default any */
  readonly method?: string | undefined;
  /** Only paths that begin with this, such as `/api/v1/monitor`. @default any */
  readonly path?: string | undefined;
  /** Number of matching requests that succeed first. @default 0 */
  readonly after?: number | undefined;
  /** Number of requests that fail after that. @default all */
  readonly times?: number | undefined;
  /** Error message of the response. @default a sentence for the status */
  readonly message?: string | undefined;
  /** With 429: seconds until the rate limit is reset. @default 1 */
  readonly resetSeconds?: number | undefined;
}

const MESSAGES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  403: "Forbidden",
  429: "Rate limit of 500 requests in 10 seconds reached. Please try again later.",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

/** The response to a request that matches a fault. */
export interface FaultyAnswer {
  readonly answer: Fault["answer"];
  readonly message: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** The faults that are set. The first one that matches a request applies. */
export class Faults {
  private readonly faults: { readonly fault: Fault; seen: number }[] = [];

  add(fault: Fault): void {
    this.faults.push({ fault, seen: 0 });
  }

  clear(): void {
    this.faults.length = 0;
  }

  /** Counts a request. @returns undefined when no fault applies */
  meet(method: string, path: string): FaultyAnswer | undefined {
    for (const entry of this.faults) {
      const { fault } = entry;
      const matches = (fault.method ?? method) === method && path.startsWith(fault.path ?? "");
      if (!matches) continue;
      entry.seen += 1;
      const after = fault.after ?? 0;
      if (entry.seen <= after || entry.seen > after + (fault.times ?? Infinity)) continue;
      const status = fault.answer === "disconnect" ? 0 : fault.answer;
      return {
        answer: fault.answer,
        message: fault.message ?? MESSAGES[status] ?? "Error",
        headers: status === 429 ? rateLimitHeaders(fault.resetSeconds ?? 1) : {},
      };
    }
    return undefined;
  }
}

/** @see https://docs.datadoghq.com/api/latest/rate-limits/ */
function rateLimitHeaders(resetSeconds: number): Record<string, string> {
  return {
    "x-ratelimit-limit": "500",
    "x-ratelimit-period": "10",
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(resetSeconds),
  };
}
