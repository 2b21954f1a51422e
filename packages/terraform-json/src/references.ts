import { isJsonObject, type Json } from "@dev-one/cli/json";

import { strings } from "./values";

/** Whether a string holds an interpolation; `$${` is Terraform's escape for a literal `${`. */
export function isInterpolated(text: string): boolean {
  return /(^|[^$])\$\{/.test(text);
}

/**
 * What a value of synthesized JSON, or an expression in a plan's configuration, refers to, at any depth: addresses of resources and
 * data sources, with a constant key where the reference has one, such as `aws_subnet.a["one"]`; in a plan also `var.NAME` and
 * `module.NAME.OUTPUT`. Each is listed once.
 */
export function referencesIn(node: Json | undefined): string[] {
  return [...new Set(found(node))];
}

function found(node: Json | undefined): string[] {
  if (typeof node === "string") return inText(node);
  if (Array.isArray(node)) return node.flatMap(found);
  if (!isJsonObject(node)) return [];
  if (Array.isArray(node.references)) return inPlan(strings(node.references));
  return "constant_value" in node ? [] : Object.values(node).flatMap(found);
}

const ADDRESS = String.raw`(?:data\.)?[a-z][a-z0-9]*_[a-z0-9_]+\.[A-Za-z_][\w-]*`;
const KEY = String.raw`(?:\[(?:\d+|"[^"]*")\])?`;
const IN_TEXT = new RegExp(String.raw`(?<![\w.-])${ADDRESS}${KEY}`, "g");
/** As `depends_on` has it, without an interpolation. */
const PLAIN = new RegExp(`^${ADDRESS}$`);
const IN_PLAN = new RegExp(String.raw`^(?:${ADDRESS}${KEY}|var\.[\w-]+|module\.[\w-]+${KEY}\.[\w-]+)`);

function inText(text: string): string[] {
  return isInterpolated(text) || PLAIN.test(text) ? (text.match(IN_TEXT) ?? []) : [];
}

/** Terraform lists each reference with all its shorter forms: `aws_eip.a[0].id`, `aws_eip.a[0]`, `aws_eip.a`. The first one counts. */
function inPlan(references: readonly string[]): string[] {
  const isShorter = (each: string, before = "") => before.startsWith(`${each}.`) || before.startsWith(`${each}[`);
  return references
    .filter((each, index) => !isShorter(each, references[index - 1]))
    .flatMap((each) => IN_PLAN.exec(each)?.[0] ?? []);
}
