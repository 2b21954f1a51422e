import { isJsonObject, type Json, type JsonObject } from "../../json";
import { blocks, strings } from "../model/change";
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

/** Reads an IAM policy. @returns undefined for what is none */
export function parsePolicy(value: Json | undefined): PolicyDocument | undefined {
  const document = typeof value === "string" ? parsedJson(value) : value;
  if (!isJsonObject(document) || document.Statement === undefined) return undefined;
  const statements = blocks(document.Statement);
  const of = (effect: string): Grant[] => statements.filter(({ Effect }) => Effect === effect).flatMap(grants);
  return { allowed: of("Allow"), denied: of("Deny") };
}

/** More pairs than any policy has room for: AWS takes 32 KB at most, and a plan's text is not ours. */
const MOST_GRANTS = 20_000;

function grants(statement: JsonObject): Grant[] {
  const condition =
    isJsonObject(statement.Condition) && Object.keys(statement.Condition).length > 0
      ? canonical(statement.Condition)
      : "";
  const who = principals(statement);
  const what = oneOrAllBut(statement.Action, statement.NotAction);
  const on = oneOrAllBut(statement.Resource, statement.NotResource);
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
  if (statement.NotPrincipal !== undefined) return ["*"];
  const { Principal: principal } = statement;
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
