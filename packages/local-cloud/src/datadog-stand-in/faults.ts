/** A fault: requests that the API fails on demand. */
export interface Fault {
  /** HTTP status; "disconnect" closes the connection without a response. */
  readonly answer: number | "disconnect";
  /** Only this HTTP method. @default any */
  readonly method?: string;
  /** Number of requests that fail. @default all */
  readonly times?: number;
  /** With 429: seconds until the rate limit is reset. @default 1 */
  readonly resetSeconds?: number;
}

const MESSAGES: Readonly<Record<number, string>> = {
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
  private readonly faults: { readonly fault: Fault; left: number }[] = [];

  add(fault: Fault): void {
    this.faults.push({ fault, left: fault.times ?? Infinity });
  }

  clear(): void {
    this.faults.length = 0;
  }

  /** @returns undefined when no fault applies to the request */
  meet(requestMethod: string): FaultyAnswer | undefined {
    const entry = this.faults.find(({ fault, left }) => left > 0 && (fault.method ?? requestMethod) === requestMethod);
    if (entry === undefined) return undefined;
    entry.left -= 1;
    const { answer, resetSeconds = 1 } = entry.fault;
    return {
      answer,
      message: (answer === "disconnect" ? undefined : MESSAGES[answer]) ?? "Error",
      headers: answer === 429 ? rateLimitHeaders(resetSeconds) : {},
    };
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
