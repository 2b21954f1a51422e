/** A query that cannot be parsed; the message has the position. */
export class QueryError extends Error {
  override readonly name = "QueryError";

  constructor(
    readonly text: string,
    readonly position: number,
    readonly expected: string,
  ) {
    const found = position < text.length ? `"${text.slice(position, position + 24)}"` : "the end";
    super(`Expected ${expected} at character ${position + 1} of "${text}", found ${found}.`);
  }
}

/** Reads a text from left to right, token by token; spaces between tokens are skipped. */
export class Scanner {
  private position = 0;

  constructor(readonly text: string) {
    this.skipSpace();
  }

  /** Consumes the next token when it matches. */
  take(pattern: RegExp): string | undefined {
    const found = this.match(pattern);
    if (found === undefined || found === "") return undefined;
    this.position += found.length;
    this.skipSpace();
    return found;
  }

  /** Whether the next token matches, without consuming it. */
  sees(pattern: RegExp): boolean {
    return this.match(pattern) !== undefined;
  }

  /** @throws QueryError when the next token does not match */
  need(pattern: RegExp, expected: string): string {
    const found = this.take(pattern);
    if (found === undefined) throw this.error(expected);
    return found;
  }

  /** What stands between an opening and a closing token, such as `(` and `)`. @throws QueryError */
  enclosed<T>(open: string, close: string, read: () => T): T {
    this.need(new RegExp(`\\${open}`), `"${open}"`);
    const inner = read();
    this.need(new RegExp(`\\${close}`), `"${close}"`);
    return inner;
  }

  /** One or more, with a separator in between. @throws QueryError */
  list<T>(read: () => T, separator = /,/): T[] {
    const all = [read()];
    while (this.take(separator) !== undefined) all.push(read());
    return all;
  }

  /** Operands with operators of equal precedence in between, which are left-associative. @throws QueryError */
  leftToRight<T>(operators: RegExp, read: () => T, join: (operator: string, left: T, right: T) => T): T {
    let left = read();
    for (let operator = this.take(operators); operator !== undefined; operator = this.take(operators)) {
      left = join(operator, left, read());
    }
    return left;
  }

  /** @throws QueryError when text is left */
  end(): void {
    if (this.position < this.text.length) throw this.error("the end");
  }

  error(expected: string): QueryError {
    return new QueryError(this.text, this.position, expected);
  }

  private match(pattern: RegExp): string | undefined {
    const sticky = new RegExp(pattern.source, "y");
    sticky.lastIndex = this.position;
    return sticky.exec(this.text)?.[0];
  }

  private skipSpace(): void {
    while (/\s/.test(this.text[this.position] ?? "")) this.position += 1;
  }
}
