import { isJsonObject, type Json, type JsonObject } from "@dev-one/cli/json";

import { blocks, shown, strings } from "../model/change";
import { parsedJson } from "../model/secrets";
import { byCodePoint } from "../text";
import { matches } from "./wildcards";

/** One action on one resource that a policy allows or denies. */
export interface Grant {
  /** Such as `AWS:arn:aws:iam::1:root`; `*` is every principal; empty in an identity policy. */
  readonly principal: string;
  /** Such as `s3:GetObject`, case-insensitive; `* but iam:*` is `NotAction` with `iam:*`. */
  readonly action: string;
  readonly resource: string;
  /** The statement's conditions, as JSON; empty for none. */
  readonly condition: string;
}

export interface PolicyDocument {
  readonly allowed: readonly Grant[];
  readonly denied: readonly Grant[];
}

/** Reads an IAM policy, whatever the case of its element names. @returns undefined for other values */
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

/** More grants than a valid policy can have, as AWS accepts 32 KB; the text of a plan is untrusted. */
const MOST_GRANTS = 20_000;

function grants(statement: JsonObject): Grant[] {
  const demanded = element(statement, "Condition");
  const condition = isJsonObject(demanded) && Object.keys(demanded).length > 0 ? canonical(demanded) : "";
  const who = principals(statement);
  const what = oneOrAllBut(element(statement, "Action"), element(statement, "NotAction"));
  const on = oneOrAllBut(element(statement, "Resource"), element(statement, "NotResource"));
  // Treated as a grant of everything.
  if (who.length * what.length * on.length > MOST_GRANTS)
    return [{ principal: who.includes("") ? "" : "*", action: "*", resource: "*", condition }];
  return who.flatMap((principal) =>
    what.flatMap((action) => on.map((resource) => ({ principal, action, resource, condition }))),
  );
}

function oneOrAllBut(these: Json | undefined, others: Json | undefined): string[] {
  if (others !== undefined) return [`* but ${strings(others).sort(byCodePoint).join(", ")}`];
  // A trust policy has no resource.
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

/** Whether the first grant allows everything that the second allows. */
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
