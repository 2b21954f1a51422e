/** Requests that the API fails on demand. */
export interface Fault {
  /** HTTP status; "disconnect" closes the connection without a response. */
  readonly answer: number | "disconnect";
  /** Only this HTTP method. @default any */
  readonly method?: string;
  /** Number of requests that fail. @default all */
  readonly times?: number;
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
  meet(method: string): Fault["answer"] | undefined {
    const entry = this.faults.find(({ fault, left }) => left > 0 && (fault.method ?? method) === method);
    if (entry !== undefined) entry.left -= 1;
    return entry?.fault.answer;
  }
}
