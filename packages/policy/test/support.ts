import { fromSynthesis } from "@dev-one/terraform-json/resources";

import { judge, type Report, type Rule, rules } from "../src";

/** The arguments of a resource, to be changed. */
export type Values = Record<string, unknown>;
export type Resources = Record<string, Record<string, Values>>;

/** What CDKTF writes, as far as the rules read it. */
export interface Document {
  resource: Resources;
  terraform?: Values;
  provider?: Record<string, Values[]>;
}

/** One rule's examples, and how the real JSON breaks it. */
export interface Case {
  readonly rule: string;
  /** Breaks the rule. */
  readonly fails: Resources | Document;
  /** What the rule says then. */
  readonly says: string;
  /** Keeps it, and has something to judge. */
  readonly passes: Resources | Document;
  /** Changes a stack that was synthesized from the configuration, so that it breaks the rule. */
  readonly breaks: (stack: Document) => void;
  /** Which stack that is. @default "staging" */
  readonly stack?: "staging" | "production" | "staging-state" | "staging-monitoring";
}

export function ruleNamed(id: string): Rule {
  const found = rules.find((rule) => rule.id === id);
  if (found === undefined) throw new Error(`There is no rule ${id}`);
  return found;
}

/** Judges one document by one rule, without suppressions. */
export function judgeBy(id: string, document: Resources | Document, name = "staging"): Report {
  const stack = fromSynthesis(name, "resource" in document ? document : { resource: document });
  return judge([stack], { rules: [ruleNamed(id)], suppressions: [], today: "2026-11-25" });
}

/** The first resource of a type whose name or path contains a text. */
export function one(document: Document, type: string, text = ""): Values {
  const resources = Object.entries(document.resource[type] ?? {});
  const found = resources.find(([name]) => name.includes(text))?.[1];
  if (found === undefined) throw new Error(`No ${type} contains "${text}"`);
  return found;
}

/** Takes every resource of a type away. */
export function without(document: Document, type: string): void {
  if (document.resource[type] === undefined) throw new Error(`There is no ${type}`);
  document.resource = Object.fromEntries(Object.entries(document.resource).filter(([each]) => each !== type));
}

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
