// The only file of `src` that the packages read.
import { apart } from "../config";
import { production } from "./production";
import { staging } from "./staging";

export * from "../config";

/** Every environment, in the order of deployment. To add one: a file beside `staging.ts` and a word here. */
export const environments = apart(staging, production);
