import { stripVTControlCharacters } from "node:util";

import { UserError } from "@dev-one/cli/user-error";

/** An error or a warning of Terraform. */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  /** Summary in a few words. */
  readonly summary: string;
  /** Detail, of several lines or empty. */
  readonly detail: string;
  /** Address of the resource, where there is one. */
  readonly address: string | undefined;
}

/** A Terraform command failed. The message contains the errors and their addresses, without the rest of the output. */
export class TerraformError extends UserError {
  override readonly name = "TerraformError";

  /**
   * @param exitCode undefined when a signal terminated Terraform or it did not start
   * @param diagnostics its errors, without warnings
   */
  constructor(
    command: string,
    exitCode: number | undefined,
    readonly diagnostics: readonly Diagnostic[],
  ) {
    const how = exitCode === undefined ? "ended by a signal" : `exit code ${exitCode}`;
    const what = diagnostics.length === 0 ? how : diagnostics.map(describeDiagnostic).join("; ");
    super(`terraform ${command} failed: ${what}`);
  }
}

/** One line: the address where there is one, the summary, and the detail's first paragraph. */
function describeDiagnostic({ address, summary, detail }: Diagnostic): string {
  const where = address === undefined ? "" : `${address}: `;
  const paragraph = oneLine(detail.split(/\n\s*\n/)[0] ?? "");
  return `${where}${oneLine(summary).replace(/[.:]$/, "")}${paragraph === "" ? "" : ` (${paragraph.replace(/[.:]$/, "")})`}`;
}

/** The errors in Terraform's human-readable output, without the frame around them and without colours. */
export function parseTextDiagnostics(output: string): Diagnostic[] {
  const lines = stripVTControlCharacters(output)
    .split("\n")
    .map((line) => line.replace(/^\s*[│╷╵]\s?/, "").trimEnd());
  const starts = lines.flatMap((line, index) => (line.startsWith("Error: ") ? [index] : []));
  return starts.map((start, index) => {
    const detail = lines.slice(start + 1, starts[index + 1]).join("\n");
    const address = /^\s*with ([^\s,]+),/m.exec(detail)?.[1];
    return {
      severity: "error",
      summary: (lines[start] ?? "").slice("Error: ".length),
      detail: detail.replace(/^\s*(with .*,|on .* line .*:|\d+:.*)$/gm, "").trim(),
      address,
    };
  });
}

const oneLine = (value: string): string => value.replaceAll(/\s+/g, " ").trim();
