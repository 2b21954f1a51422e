import { addressesAndDns } from "./addresses-and-dns";
import { database } from "./database";
import type { LabScenario } from "./lab-scenario";
import { reachability } from "./reachability";

/** All scenarios of the lab, in the order in which they run. */
export const LAB_SCENARIOS: readonly LabScenario[] = [reachability, addressesAndDns, database];
