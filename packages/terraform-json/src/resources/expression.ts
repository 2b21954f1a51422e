import type { Json } from "@dev-one/cli/json";

import { isInterpolated } from "../references";

/** An interpolation, in which strings, objects and interpolated strings may be. */
const INTERPOLATION = String.raw`\$\{(?:[^{}"]|"(?:[^"\\]|\\.)*"|\{[^{}]*\})*\}`;
const INTERPOLATIONS = new RegExp(String.raw`(?<!\$)${INTERPOLATION}`, "g");
const STRING = String.raw`"(?:[^"\\$]|\\.|\$\$\{|${INTERPOLATION}|\$(?!\$?\{))*"`;
/** A literal, or an expression such as `aws_s3_bucket.logs.arn` or `lower(var.name)`. */
const BARE = String.raw`(?:[^\s,[\]{}()"=]|\[[^\]]*\]|\((?:[^()]|\([^()]*\))*\))+`;
const TOKEN = new RegExp(`\\s+|[{}[\\],]|=|${STRING}|${BARE}`, "y");

/**
 * The value that `"${jsonencode(...)}"` encodes, or that a JSON text holds; references stay as `${...}`.
 * @returns undefined when the text is another expression
 */
export function decodeDocument(text: string): Json | undefined {
  const encoded = /^\$\{jsonencode\((.*)\)\}$/s.exec(text)?.[1];
  if (encoded === undefined && isInterpolated(text)) return undefined;
  try {
    return JSON.parse(encoded === undefined ? text : toJson(encoded)) as Json;
  } catch {
    return undefined;
  }
}

/** The objects, lists, strings and literals that CDKTF writes, as JSON. Other expressions become text. */
function toJson(expression: string): string {
  let json = "";
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < expression.length) {
    const token = TOKEN.exec(expression)?.[0];
    if (token === undefined) throw new SyntaxError("CDKTF writes no such expression");
    if (token.startsWith('"')) json += token.replaceAll(INTERPOLATIONS, inString);
    else if (token === "=") json += ":";
    else if (/^(?:[\s{}[\],]+|true|false|null|-?\d+(?:\.\d+)?)$/.test(token)) json += token;
    else json += `"\${${inString(token)}}"`;
  }
  return json;
}

const inString = (text: string): string => JSON.stringify(text).slice(1, -1);
