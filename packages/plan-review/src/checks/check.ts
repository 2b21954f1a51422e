import type { Finding } from "../finding";
import type { Change } from "../model/change";
import type { StackPlan } from "../model/stack-plan";

/** Finds what a plan means in one respect. */
export type Check = (stack: StackPlan) => Finding[];
/** Finds what one changed resource means; it is not called for unchanged, read and moved ones. */
export type ChangeCheck = (change: Change, stack: StackPlan) => Finding[];
