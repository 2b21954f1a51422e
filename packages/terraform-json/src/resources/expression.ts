import type { Json, JsonObject } from "@dev-one/cli/json";

import { isInterpolated } from "../references";

/**
 * The value that `"${jsonencode(...)}"` encodes; references stay as `${...}`.
 * @returns undefined when the text is another expression
 */
export function decodeDocument(text: string): Json | undefined {
  const encoded = /^\$\{jsonencode\((.*)\)\}$/s.exec(text)?.[1];
  if (encoded !== undefined) return new Reader(encoded).read();
  if (isInterpolated(text)) return undefined;
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Parses the Terraform expressions that CDKTF writes: objects, lists, strings and literals. Other expressions stay text. */
class Reader {
  private position = 0;

  constructor(private readonly text: string) {}

  read(): Json | undefined {
    const value = this.value();
    this.space();
    return this.position < this.text.length ? undefined : value;
  }

  private value(): Json {
    this.space();
    if (this.take("{")) return this.object();
    if (this.take("[")) return this.list();
    if (this.take('"')) return this.string();
    return this.bare();
  }

  private object(): JsonObject {
    const result: JsonObject = {};
    while (!this.taken("}")) {
      if (!this.taken('"')) throw new Error(`Unexpected text in an expression: ${this.rest()}`);
      const key = this.string();
      if (!this.taken("=")) throw new Error(`Unexpected text in an expression: ${this.rest()}`);
      result[key] = this.value();
      this.taken(",");
    }
    return result;
  }

  private list(): Json[] {
    const result: Json[] = [];
    while (!this.taken("]")) {
      result.push(this.value());
      this.taken(",");
    }
    return result;
  }

  /** After the opening quote. Interpolations are kept, and may contain strings. */
  private string(): string {
    let result = "";
    while (!this.take('"')) {
      if (this.text.startsWith("${", this.position)) result += this.interpolation();
      else if (this.take("\\")) result += this.escaped();
      else result += this.next();
    }
    return result;
  }

  private escaped(): string {
    const character = this.next();
    return { n: "\n", r: "\r", t: "\t" }[character] ?? character;
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

  private bare(): Json {
    const start = this.position;
    let depth = 0;
    for (let character = this.peek(); character !== ""; character = this.peek()) {
      if (depth === 0 && /[\s,\]}]/.test(character)) break;
      if ("([".includes(character)) depth += 1;
      if (")]".includes(character)) depth -= 1;
      this.position += 1;
    }
    const text = this.text.slice(start, this.position);
    if (text === "") throw new Error(`Unexpected text in an expression: ${this.rest()}`);
    if (text === "true" || text === "false") return text === "true";
    if (text === "null") return null;
    return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : `\${${text}}`;
  }

  private taken(character: string): boolean {
    this.space();
    return this.take(character);
  }

  private take(character: string): boolean {
    if (this.peek() !== character) return false;
    this.position += 1;
    return true;
  }

  private next(): string {
    const character = this.peek();
    if (character === "") throw new Error("An expression ends too early");
    this.position += 1;
    return character;
  }

  private peek(): string {
    return this.text[this.position] ?? "";
  }

  private space(): void {
    while (/\s/.test(this.peek())) this.position += 1;
  }

  private rest(): string {
    return this.text.slice(this.position, this.position + 40);
  }
}
