export { type Accepted, EXPIRED, type Finding, judge, type JudgeOptions, type Report } from "./judge";
export { inOneLine, reportFindings } from "./report-findings";
export type { Controls, Rule, Verdict } from "./rule";
export { rules } from "./rules";
export { type Suppression, suppressions } from "./suppressions";
