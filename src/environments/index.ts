// The only file of `src` that the packages read.
import { defineEnvironments, type Environment } from "../config";
import { productionProps } from "./production";
import { stagingProps } from "./staging";

export * from "../config";

// Validated together, so that every problem is reported at once.
export const [staging, production] = defineEnvironments([stagingProps, productionProps]);

/** Every environment, in the order of deployment. To add one: a file beside `staging.ts`, its value above and its name here. */
export const environments: readonly Environment[] = [staging, production];
