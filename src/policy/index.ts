export { type Accepted, EXPIRED, type Finding, judge, type JudgeOptions, type Report } from "./judge";
export { fromPlan, fromSynthesis, type Resource, Stack } from "./model";
export { inOneLine, reportFindings } from "./report-findings";
export type { Controls, Rule } from "./rule";
export { rules } from "./rules";
export { type Suppression, suppressions } from "./suppressions";
