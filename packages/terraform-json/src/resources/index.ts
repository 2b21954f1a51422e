export { decodeDocument } from "./expression";
export { fromPlan, type PlanOptions } from "./planned";
export { Block, Resource, Undecided } from "./resource";
export { Stack } from "./stack";
export { fromSynthesis } from "./synthesized";
