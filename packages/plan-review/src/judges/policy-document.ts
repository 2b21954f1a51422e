import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { blocks, shown, strings } from "../model/change";
import { parsedJson } from "../model/secrets";
import { byCodePoint } from "../text";
import { matches } from "./wildcards";

/** One thing that a policy allows. */
export interface Grant {
  /** Such as `AWS:arn:aws:iam::1:root`; `*` is anybody; empty in a policy that belongs to whoever it is attached to. */
  readonly principal: string;
  /** Such as `s3:GetObject`, whose case means nothing; `* but iam:*` is what NotAction says. */
  readonly action: string;
  readonly resource: string;
  /** The statement's conditions, as JSON; empty for none. */
  readonly condition: string;
}

export interface PolicyDocument {
  readonly allowed: readonly Grant[];
  readonly denied: readonly Grant[];
}

/** Reads an IAM policy, however its words are written. @returns undefined for what is none */
export function parsePolicy(value: Json | undefined): PolicyDocument | undefined {
  const document = typeof value === "string" ? parsedJson(value) : value;
  if (!isJsonObject(document)) return undefined;
  const statements = blocks(element(document, "Statement"));
  const of = (effect: RegExp): Grant[] =>
    statements.filter((each) => effect.test(shown(element(each, "Effect")))).flatMap(grants);
  if (!statements.some((each) => element(each, "Effect") !== undefined)) return undefined;
  return { allowed: of(/^allow$/i), denied: of(/^deny$/i) };
}

function element(object: JsonObject, name: string): Json | undefined {
  if (Object.hasOwn(object, name)) return object[name];
  return Object.entries(object).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];
}

/** More pairs than any policy has room for: AWS takes 32 KB at most, and a plan's text is not ours. */
const MOST_GRANTS = 20_000;

function grants(statement: JsonObject): Grant[] {
  const demanded = element(statement, "Condition");
  const condition = isJsonObject(demanded) && Object.keys(demanded).length > 0 ? canonical(demanded) : "";
  const who = principals(statement);
  const what = oneOrAllBut(element(statement, "Action"), element(statement, "NotAction"));
  const on = oneOrAllBut(element(statement, "Resource"), element(statement, "NotResource"));
  // Taken for all that it could say.
  if (who.length * what.length * on.length > MOST_GRANTS) {
    return [...new Set(who.map((name) => (name === "" ? "" : "*")))].map((principal) => ({
      principal,
      action: "*",
      resource: "*",
      condition,
    }));
  }
  return who.flatMap((principal) =>
    what.flatMap((action) => on.map((resource) => ({ principal, action, resource, condition }))),
  );
}

function oneOrAllBut(these: Json | undefined, others: Json | undefined): string[] {
  if (others !== undefined) return [`* but ${strings(others).sort(byCodePoint).join(", ")}`];
  // A trust policy has no resource: it is about the role itself.
  return these === undefined ? [""] : strings(these);
}

function principals(statement: JsonObject): string[] {
  if (element(statement, "NotPrincipal") !== undefined) return ["*"];
  const principal = element(statement, "Principal");
  if (principal === undefined) return [""];
  if (!isJsonObject(principal)) return strings(principal);
  return Object.entries(principal).flatMap(([kind, names]) =>
    strings(names).map((name) => (name === "*" && kind === "AWS" ? "*" : `${kind}:${name}`)),
  );
}

/** Whether all that the second allows is allowed by the first. */
export function coversGrant(one: Grant, other: Grant): boolean {
  return (
    (one.principal === other.principal || one.principal === "*") &&
    matches(one.action.toLowerCase(), other.action.toLowerCase()) &&
    matches(one.resource, other.resource) &&
    (one.condition === "" || one.condition === other.condition)
  );
}

function canonical(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonical).sort(byCodePoint).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([a], [b]) => byCodePoint(a, b));
  return `{${entries.map(([key, each]) => `${JSON.stringify(key)}:${canonical(each)}`).join(",")}}`;
}
