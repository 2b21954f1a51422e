import type { Environment } from "../../config";
import { applicationSignals } from "./application";
import { dataSignals } from "./data";
import { jobSignals } from "./jobs";
import { loadBalancerHealth } from "./load-balancer";
import { serverSignals } from "./servers";
import type { Signal } from "./signal";
import { unreadLogSignals } from "./unread-log";

/** All signals of an environment. Takes the whole environment, because thresholds, texts and tags follow from most of it. */
export function signalsOf(environment: Environment): Signal[] {
  return [
    ...serverSignals(environment),
    ...applicationSignals(environment),
    ...unreadLogSignals(environment),
    loadBalancerHealth(environment),
    ...jobSignals(environment),
    ...dataSignals(environment),
  ];
}
