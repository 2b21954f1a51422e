export { Network } from "./network";
export type { SecurityGroups } from "./security-groups";
export type { ZoneNetwork } from "./zone-network";
