export type { AvailabilityZone } from "./availability-zone";
export { Network } from "./network";
export type { SecurityGroups } from "./security-groups";
