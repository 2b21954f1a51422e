export { AccessLogs } from "./access-logs";
export { LoadBalancer } from "./load-balancer";
export type { TargetGroup } from "./target-group";
