export { decodeDocument } from "./expression";
export { fromPlan, type PlanOptions } from "./planned";
export { Block, Resource } from "./resource";
export { Stack } from "./stack";
export { fromSynthesis } from "./synthesized";
export { Undecided } from "./undecided";
