export { Certificate } from "./certificate";
export { LoadBalancerNames } from "./load-balancer-names";
export { PrivateHostedZone } from "./private-hosted-zone";
export { PublicHostedZone } from "./public-hosted-zone";
