import type { Finding } from "../finding";
import type { StackPlan } from "../model/stack-plan";

/** Finds what a plan means in one respect. */
export type Check = (stack: StackPlan) => Finding[];
