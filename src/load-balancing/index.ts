export { AccessLogs } from "./access-logs";
export { LoadBalancer } from "./load-balancer";
