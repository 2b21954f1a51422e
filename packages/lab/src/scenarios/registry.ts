import { addressesAndDns } from "./addresses-and-dns";
import * as connections from "./connections";
import { database } from "./database";
import * as deadServers from "./dead-servers";
import type { LabScenario } from "./lab-scenario";
import { reachability } from "./reachability";
import * as replacement from "./replacement";
import * as zoneLoss from "./zone-loss";

/** Scenarios without load, in the order in which they run, also for each negative control. */
export const LAB_SCENARIOS: readonly LabScenario[] = [reachability, addressesAndDns, database];

/** Scenarios that take minutes. @param quick with few users and shorter times */
export const loadScenarios = (quick: boolean): readonly LabScenario[] => [
  connections.connections(quick ? connections.QUICK : connections.FULL),
  zoneLoss.zoneLoss(quick ? zoneLoss.QUICK : zoneLoss.FULL),
  deadServers.deadServers(quick ? deadServers.QUICK : deadServers.FULL),
  replacement.replacement(quick ? replacement.QUICK : replacement.FULL),
];
