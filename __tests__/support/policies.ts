/** Reads what `jsonencode` would encode: policies, in which Terraform's own values stay as text such as `aws_kms_key.x.arn`. */
export interface PolicyStatement {
  readonly Sid?: string;
  readonly Effect: string;
  readonly Principal?: unknown;
  readonly Action: readonly string[];
  readonly Resource?: readonly string[];
  readonly Condition?: unknown;
}

export function statements(policy: unknown): readonly PolicyStatement[] {
  const text = typeof policy === "string" ? /^\$\{jsonencode\((.*)\)\}$/s.exec(policy)?.[1] : undefined;
  if (text === undefined) throw new Error(`Not a policy: ${JSON.stringify(policy)}`);
  return (new ExpressionReader(text).read() as { Statement: readonly PolicyStatement[] }).Statement;
}

/** Terraform's expressions, as far as policies use them: objects, lists, strings, and the rest as text. */
class ExpressionReader {
  private position = 0;

  constructor(private readonly text: string) {}

  read(): unknown {
    const value = this.value();
    this.space();
    if (this.position < this.text.length) throw this.unexpected();
    return value;
  }

  private value(): unknown {
    this.space();
    if (this.take("{")) return this.object();
    if (this.take("[")) return this.list();
    if (this.text[this.position] === '"') return this.string();
    return this.bare();
  }

  private object(): Record<string, unknown> {
    const result: Record<string, unknown> = {};
    while (!this.taken("}")) {
      const key = this.string();
      if (!this.taken("=")) throw this.unexpected();
      result[key] = this.value();
      this.taken(",");
    }
    return result;
  }

  private list(): unknown[] {
    const result: unknown[] = [];
    while (!this.taken("]")) {
      result.push(this.value());
      this.taken(",");
    }
    return result;
  }

  /** A string keeps its interpolations, and these may hold strings. */
  private string(): string {
    this.space();
    if (!this.take('"')) throw this.unexpected();
    let result = "";
    while (!this.take('"')) {
      if (this.position >= this.text.length) throw this.unexpected();
      if (this.text.startsWith("${", this.position)) {
        result += this.interpolation();
      } else {
        this.take("\\");
        result += this.next();
      }
    }
    return result;
  }

  private interpolation(): string {
    const start = this.position;
    let depth = 0;
    do {
      const character = this.next();
      if (character === "{") depth += 1;
      if (character === "}") depth -= 1;
    } while (depth > 0 || this.position - start < 2);
    return this.text.slice(start, this.position);
  }

  private bare(): string {
    const found = /^(?:[^\s,[\]}]|\[\d+\])+/.exec(this.text.slice(this.position))?.[0];
    if (found === undefined) throw this.unexpected();
    this.position += found.length;
    return found;
  }

  private taken(character: string): boolean {
    this.space();
    return this.take(character);
  }

  private take(character: string): boolean {
    if (this.text[this.position] !== character) return false;
    this.position += 1;
    return true;
  }

  private next(): string {
    const character = this.text[this.position];
    if (character === undefined) throw this.unexpected();
    this.position += 1;
    return character;
  }

  private space(): void {
    while (/\s/.test(this.text[this.position] ?? "")) this.position += 1;
  }

  private unexpected(): Error {
    return new Error(`Unexpected text in a policy: ${this.text.slice(this.position, this.position + 40)}`);
  }
}
