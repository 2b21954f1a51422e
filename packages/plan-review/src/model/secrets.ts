import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";
import { isTooDeep } from "@dev-one/terraform-json/nesting-limit";

import { places, type Range, secretsIn } from "./secret-rules";

const MASK = "(sensitive)";

const SECRET_NAME =
  /pass(word|wd|phrase)|secret|token|credential|api_?key|app_?key|private_?key|access_?key|client_?key|(encryption|shared|auth|signing|master|hmac|session|routing|account)_?key|(^|_)jwt$|kubeconfig|_salt$|connection_?string|certificate_?body|user_data|custom_data|bearer|^key_?material$/i;

/** The value behind a flag of a command: `--db-password VALUE`. */
const FLAG = /^--?(?<name>[\w-]{2,60})$/;
const FLAG_AND_VALUE =
  /(?<=(?:^|\s)--?[\w-]{0,40}(?:password|passwd|secret|token|api-?key|private-?key)[\w-]{0,20}\s{1,8}["']?)[^\s"'-][^\s"']*/gi;

/** Short words name a secret only as a whole word: DB_PASS, but not bypass. */
const SHORT_SECRET_NAME: readonly RegExp[] = [
  /(^|[^a-z])(pass|pwd|pw)\d*$/i,
  /^(db|pg|mysql|smtp|redis|mongo|postgres|ftp|ldap)(pass|pwd|pw)\d*$/i,
  /[a-z\d](Pass|Pwd|Pw)\d*$/,
];

/** Names about a secret whose values are none. */
const NOT_SECRET =
  /(_|-|^)(arns?|ids?|names?|version|versions|length|days|ttl|type|status|enabled|hours|window|policy|rotation|endpoint|prefix|expiration|expiry|count|format|usage|spec)$|^manage_|^http_tokens$|^kms_|_kms_key_id$|^password_(reuse|policy)|^require_|^allow_/i;

/**
 * An assignment to a secret's name: the name stays, and the value is masked up to the end of its quotes, which may be escaped as in a
 * JSON string.
 */
const SECRET_SETTING =
  /(?<setting>(?:(?<![a-z])(?:pass|pwd)\d{0,3}|(?:password|passwd|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|credential)[\w.-]{0,200})(?:\\?["']?\s{0,1000}=\s{0,1000}\\?["']?|\\?["']\s{0,1000}:\s{0,1000}\\?["']|:\s{1,1000}\\?["']?))(?:(?<=\\")(?:(?!\\")[\s\S])+|(?<=\\')(?:(?!\\')[\s\S])+|(?<=(?<!\\)")(?:\\[\s\S]|[^"\\])+|(?<=(?<!\\)')(?:\\[\s\S]|[^'\\])+|[^\s"',;&}\\]+)/gi;

const SHORTEST = 4;
/** Values that are secret by name only are searched for elsewhere from this length on, because short words are common. */
const SHORTEST_BY_NAME = 8;
/** The most lines of a secret that are searched for separately, which bounds the time. */
const MOST_LINES = 2000;

export function isSecretName(name: string): boolean {
  return (SECRET_NAME.test(name) || SHORT_SECRET_NAME.some((form) => form.test(name))) && !NOT_SECRET.test(name);
}

/**
 * The secrets of a plan. They are masked everywhere, also inside of other strings, because Terraform marks an attribute and not the
 * copies that a provider or a function made of it.
 */
export class Secrets {
  private readonly known = new Set<string>();
  /** By their first characters, so that a text is scanned once for all secrets. */
  private readonly byStart = new Map<string, string[]>();
  /** Base64 forms whose neighbouring characters also hold bits of the secret. */
  private readonly encoded = new Set<string>();
  /** Titles and addresses are shown several times. */
  private readonly scrubbed = new Map<string, string>();
  private lines = 0;

  /** Words that are never secrets, such as names of resource types. */
  constructor(private readonly vocabulary: ReadonlySet<string> = new Set()) {}

  /** Collects everything that is marked as sensitive or has a secret's name. */
  collect(value: Json | undefined, sensitive: Json | undefined, name = ""): void {
    const isMarked = sensitive === true;
    if (typeof value === "string") {
      if (isMarked) this.add(value, SHORTEST);
      else if (isSecretName(name)) this.add(value, SHORTEST_BY_NAME);
      else this.collect(parsedJson(value), undefined);
    } else if (typeof value === "number") {
      if (isMarked) this.add(value.toString(), SHORTEST + 2);
    } else if (Array.isArray(value)) {
      value.forEach((each, index) => {
        this.collect(each, isMarked || (Array.isArray(sensitive) ? sensitive[index] : undefined), name);
      });
    } else if (isJsonObject(value)) {
      const named = nameOfPair(value);
      for (const [key, each] of Object.entries(value)) {
        // A reference is no value.
        if (key === "references") continue;
        const inner =
          key === "value" && named !== undefined ? named : isSecretName(name) && !NOT_SECRET.test(key) ? name : key;
        this.collect(each, isMarked || (isJsonObject(sensitive) ? sensitive[key] : undefined), inner);
      }
    }
  }

  /** A text with all known secrets masked. Every pattern sees the unmasked text, because one may mask what another needs to match. */
  scrub(text: string): string {
    const known = this.scrubbed.get(text);
    if (known !== undefined) return known;
    const result = this.withoutSecrets(text);
    this.scrubbed.set(text, result);
    return result;
  }

  private withoutSecrets(text: string): string {
    const hidden = this.knownIn(text);
    hidden.push(...secretsIn(text));
    for (const { index, 0: found } of places(text, FLAG_AND_VALUE)) hidden.push([index, index + found.length]);
    for (const { index, 0: found, groups } of places(text, SECRET_SETTING)) {
      hidden.push([index + (groups?.setting?.length ?? 0), index + found.length]);
    }
    return hidden.length === 0 ? text : without(text, hidden);
  }

  /** A copy that may be shown. */
  masked(value: Json | undefined, sensitive: Json | undefined, name = ""): Json | undefined {
    if (value === undefined || value === null) return value;
    if (sensitive === true) return MASK;
    if (typeof value === "boolean") return value;
    if (isSecretName(name)) return MASK;
    if (Array.isArray(value)) {
      return value.map((each, index) => {
        const flag = typeof each === "string" ? FLAG.exec(stringOf(value[index - 1]))?.groups?.name : undefined;
        const inner = flag !== undefined && isSecretName(flag.replaceAll("-", "_")) ? flag.replaceAll("-", "_") : name;
        return this.masked(each, Array.isArray(sensitive) ? sensitive[index] : undefined, inner) ?? null;
      });
    }
    if (typeof value === "number") return value;
    if (typeof value === "string") {
      const inside = parsedJson(value);
      if (inside !== undefined) return JSON.stringify(this.masked(inside, undefined));
      return this.isEncodedSecret(value) ? MASK : this.scrub(value);
    }
    const named = nameOfPair(value);
    return Object.fromEntries(
      Object.entries(value).map(([key, each]) => {
        const inner = key === "value" && named !== undefined ? named : key;
        return [
          this.scrub(key),
          this.masked(each, isJsonObject(sensitive) ? sensitive[key] : undefined, inner) ?? null,
        ];
      }),
    );
  }

  /** Whether a text is base64 of one that holds a secret. */
  private isEncodedSecret(text: string): boolean {
    if (text.length < 12 || !/^[\w+/-]+={0,2}\s*$/.test(text)) return false;
    const decoded = Buffer.from(text, "base64").toString("utf8");
    return !decoded.includes("\uFFFD") && this.masked(decoded, undefined) !== decoded;
  }

  private add(secret: string, shortest: number): void {
    if (secret.length < shortest || this.known.has(secret) || this.vocabulary.has(secret)) return;
    this.collect(parsedJson(secret), true);
    this.known.add(secret);
    const encoded = inBase64(secret).filter((form) => form.length >= SHORTEST);
    for (const form of encoded) this.encoded.add(form);
    const forms = [secret, ...inJson(secret), ...inAddress(wellFormed(secret)), ...inHtml(secret), ...encoded];
    for (const form of new Set(forms)) this.lookFor(form);
    this.addLines(secret);
  }

  /** The BEGIN and END lines of a key are no secrets, and patterns need them. */
  private addLines(secret: string): void {
    if (!/[\r\n]/.test(secret)) return;
    for (const { 0: whole } of secret.matchAll(/[^\r\n]+/g)) {
      const line = whole.trim();
      if (line.length < SHORTEST_BY_NAME || line.startsWith("-----") || this.known.has(line)) continue;
      if (this.vocabulary.has(line)) continue;
      if (this.lines === MOST_LINES) return;
      this.lines += 1;
      this.known.add(line);
      for (const form of new Set([line, ...inJson(line)])) this.lookFor(form);
    }
  }

  private lookFor(form: string): void {
    this.scrubbed.clear();
    const start = form.slice(0, SHORTEST);
    const others = this.byStart.get(start);
    if (others === undefined) this.byStart.set(start, [form]);
    // The longest first, because a secret may be the prefix of another one.
    else others.splice(others.filter(({ length }) => length >= form.length).length, 0, form);
  }

  private knownIn(text: string): Range[] {
    const found: Range[] = [];
    if (this.byStart.size === 0) return found;
    for (let index = 0; index + SHORTEST <= text.length;) {
      const match = this.byStart
        .get(text.slice(index, index + SHORTEST))
        ?.find((secret) => text.startsWith(secret, index));
      if (match === undefined) {
        index += 1;
        continue;
      }
      const end = index + match.length;
      const [before, after] = this.encoded.has(match) ? [text[index - 1], text[end]] : [];
      found.push([index - (isBase64(before) ? 1 : 0), end + (isBase64(after) ? 1 : 0)]);
      index = end;
    }
    return found;
  }
}

/** A text with one mask for each part of it that is hidden. */
function without(text: string, hidden: readonly Range[]): string {
  let result = "";
  let shown = 0;
  for (const [from, to] of [...hidden].sort(([a], [b]) => a - b)) {
    if (from > shown || result === "") result += text.slice(shown, from) + MASK;
    shown = Math.max(shown, to);
  }
  return result + text.slice(shown);
}

/** `{ name: "DB_PASSWORD", value: "..." }`, as containers and parameter groups have them. */
function nameOfPair(value: JsonObject): string | undefined {
  const name = value.name ?? value.key ?? value.Name ?? value.Key;
  return typeof name === "string" && isSecretName(name) ? name : undefined;
}

/** The object or list in a JSON string. */
export function parsedJson(text: string): Json[] | JsonObject | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    const value = JSON.parse(text.replace(/^\uFEFF/, "")) as Json;
    return (Array.isArray(value) || isJsonObject(value)) && !isTooDeep(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** Terraform's jsonencode also escapes characters with a meaning in HTML. */
function inJson(text: string): string[] {
  const plain = JSON.stringify(text).slice(1, -1);
  const code = (letter: string) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`;
  return [plain, plain.replaceAll(/[<>&\u2028\u2029]/g, code)];
}

/** As browsers encode, and as Go and Terraform's urlencode do: more letters, and a plus for a space. */
function inAddress(text: string): string[] {
  const lenient = encodeURIComponent(text);
  const strict = lenient.replaceAll(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return [lenient, strict, strict.replaceAll("%20", "+")];
}

/** As Go and Terraform's provider write it, and as others do. */
function inHtml(text: string): string[] {
  const plain = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [
    plain.replaceAll('"', "&#34;").replaceAll("'", "&#39;"),
    plain.replaceAll('"', "&quot;").replaceAll("'", "&#39;"),
    plain.replaceAll('"', "&quot;").replaceAll("'", "&apos;"),
  ];
}

/** The base64 forms of a text inside of a longer one, by the number of preceding bytes modulo three, such as after `user:`. */
function inBase64(text: string): string[] {
  const bytes = Buffer.from(text, "utf8");
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), bytes]);
    const own = whole.toString("base64").slice(Math.ceil((before * 8) / 6), Math.floor((whole.length * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_")];
  });
}

const isBase64 = (letter: string | undefined): boolean => letter !== undefined && /[\w+/-]/.test(letter);
const wellFormed = (text: string): string => text.replaceAll(/\p{Cs}/gu, "\uFFFD");
const stringOf = (value: Json | undefined): string => (typeof value === "string" ? value : "");
