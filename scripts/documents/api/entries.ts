import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A page of the API docs: one area of `src`, and a sentence about it. */
export interface Area {
  /** Folder below `src`, and name of the page. */
  readonly name: string;
  readonly summary: string;
}

/** The areas, from what is configured to what judges it. */
export const areas: readonly Area[] = [
  { name: "config", summary: "What an environment is: settings, address plan, names, sizes, and what is refused." },
  { name: "stacks", summary: "The three stacks of an environment." },
  { name: "network", summary: "VPC, zones with their ways out, security groups, endpoints." },
  { name: "dns", summary: "Hosted zones, records, certificate." },
  { name: "load-balancing", summary: "Load balancer, target groups, host rules, access logs." },
  { name: "servers", summary: "Named fleet, elastic fleet, scaling, and how a server starts." },
  { name: "database", summary: "PostgreSQL, and RDS Proxy in front of it." },
  { name: "monitoring", summary: "Everything in Datadog: signals, monitors, dashboards, objectives, recipients." },
  { name: "kms", summary: "Keys." },
  { name: "iam", summary: "Policy documents, and the roles of CI." },
  { name: "storage", summary: "Buckets: Terraform state and access logs." },
];

/**
 * Source of a module that exports what an area's page shows: what its `index.ts` exports, and every construct with its
 * props, those that only the area itself uses included.
 */
export function entryOf(root: string, { name, summary }: Area): string {
  const folder = join(root, "src", name);
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && isConstruct(readFileSync(join(folder, file), "utf8")))
    .sort();
  const index = existsSync(join(folder, "index.ts")) ? ["index.ts"] : [];
  const exports = [...index, ...files].map(
    (file) => `export * from ${JSON.stringify(join(folder, file.replace(/\.ts$/, "")))};\n`,
  );
  return `/**\n * ${summary}\n *\n * @module ${name}\n */\n${[...new Set(exports)].join("")}`;
}

function isConstruct(source: string): boolean {
  return /^export (abstract )?class \w+ extends \w*(Construct|Stack)\b/m.test(source);
}
