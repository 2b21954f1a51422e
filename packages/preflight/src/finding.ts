/** What a check says of one thing. `stop`: an apply would fail. `warning`: a person must look at it, or it could not be asked. */
export interface Finding {
  readonly verdict: "ok" | "warning" | "stop";
  /** What was looked at, such as `Elastic IPs`. */
  readonly subject: string;
  /** What was found. */
  readonly text: string;
  /** What to do; of a finding that is not ok. */
  readonly remedy?: string;
}

export const ok = (subject: string, text: string): Finding => ({ verdict: "ok", subject, text });

export const warning = (subject: string, text: string, remedy: string): Finding => ({
  verdict: "warning",
  subject,
  text,
  remedy,
});

export const stop = (subject: string, text: string, remedy: string): Finding => ({
  verdict: "stop",
  subject,
  text,
  remedy,
});

/** The exit code: 1 with a stop, else 2 with a warning, else 0. */
export function exitCode(findings: readonly Finding[]): 0 | 1 | 2 {
  if (findings.some(({ verdict }) => verdict === "stop")) return 1;
  return findings.some(({ verdict }) => verdict === "warning") ? 2 : 0;
}
