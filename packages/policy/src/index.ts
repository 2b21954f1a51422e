export { type Accepted, evaluate, type EvaluateOptions, type Finding, type Report } from "./evaluate";
export { rules } from "./every-rule";
export { inOneLine, reportFindings } from "./report-findings";
export type { Controls, Rule, Verdict } from "./rule";
export { type Suppression, suppressions } from "./suppressions";
