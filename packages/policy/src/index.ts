export { type Accepted, evaluate, type EvaluateOptions, type Finding, type Report } from "./evaluate";
export { inOneLine, reportFindings } from "./report-findings";
export type { Controls, Rule, Verdict } from "./rule";
export { rules } from "./rules";
export { globMatches, type Suppression, suppressions } from "./suppressions";
