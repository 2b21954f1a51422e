import type { JsonObject } from "@dev-one/cli/json";
import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { evaluate, type Report, type Rule, rules } from "../src";

/** The arguments of a resource, which a test changes. */
export type Values = Record<string, unknown>;
export type Resources = Record<string, Record<string, Values>>;

/** The parts of a synthesized stack that the rules read. */
export interface Document {
  resource: Resources;
  terraform?: Values;
  provider?: Record<string, Values[]>;
}

/** Examples of one rule, which prove it, and a change of a synthesized stack that breaks it. */
export interface Case {
  readonly rule: string;
  /** A document that breaks the rule. */
  readonly fails: Resources | Document;
  /** The problem that the rule reports. */
  readonly says: string;
  /** A document with resources that the rule checks and finds correct. */
  readonly passes: Resources | Document;
  /** Changes a synthesized stack so that it breaks the rule. @default no stack has resources that the rule checks */
  readonly breaks?: (stack: Document) => void;
  /** The stack that `breaks` changes. @default "staging" */
  readonly stack?: "staging" | "production" | "staging-state" | "staging-monitoring";
}

export function ruleNamed(id: string): Rule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new Error(`There is no rule ${id}`);
  return found;
}

/** Checks one document against one rule, without suppressions. */
export function evaluateRule(id: string, document: Resources | Document, name = "staging"): Report {
  const json = "resource" in document ? document : { resource: document };
  const stack = fromSynthesis(name, json as JsonObject);
  return evaluate([stack], { rules: [ruleNamed(id)], suppressions: [], today: "2026-11-25" });
}

/** The first resource of a type whose name or path contains a text. */
export function one(document: Document, type: string, text = ""): Values {
  const resources = Object.entries(document.resource[type] ?? {});
  const found = resources.find(([name]) => name.includes(text))?.[1];
  if (found === undefined) throw new Error(`No ${type} contains "${text}"`);
  return found;
}

/** Arguments to set, some by their values until now; undefined removes one. */
type Changes = Record<string, string | number | boolean | object | undefined | ((was: string) => string)>;

/** A change of the first resource of a type whose name contains a text. */
export const set =
  (type: string, changes: Changes, text?: string) =>
  (document: Document): void => {
    const values = one(document, type, text);
    for (const [name, to] of Object.entries(changes)) {
      values[name] = typeof to === "function" ? (to as (was: unknown) => unknown)(values[name]) : to;
    }
  };

/** Removes every resource of a type. */
export const without =
  (type: string) =>
  (document: Document): void => {
    document.resource = { ...document.resource, [type]: {} };
  };

/** A policy as CDKTF writes it: encoded by Terraform. */
export function policy(...statements: readonly object[]): string {
  const encode = (value: unknown): string => {
    if (Array.isArray(value)) return `[${value.map(encode).join(", ")}]`;
    if (typeof value === "object" && value !== null) {
      const entries = Object.entries(value).map(([key, each]) => `${JSON.stringify(key)} = ${encode(each)}`);
      return `{${entries.join(", ")}}`;
    }
    return JSON.stringify(value);
  };
  return `\${jsonencode(${encode({ Version: "2012-10-17", Statement: statements })})}`;
}
