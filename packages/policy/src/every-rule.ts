import type { Rule } from "./rule";
import * as all from "./rules";

/** Every rule, by its name. */
export const rules: readonly Rule[] = Object.values(all);
