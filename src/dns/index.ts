export { Certificate } from "./certificate";
export { LoadBalancerNames } from "./load-balancer-names";
export { PrivateZone } from "./private-hosted-zone";
export { PublicZone } from "./public-hosted-zone";
