export { AccessLogs } from "./access-logs";
export { Certificate } from "./certificate";
export { LoadBalancer } from "./load-balancer";
export { LoadBalancerNames } from "./load-balancer-names";
export { PrivateZone } from "./private-zone";
export { PublicZone } from "./public-zone";
