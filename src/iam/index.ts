export { Delivery } from "./ci-roles";
export {
  allow,
  assumedByInstances,
  assumedByService,
  policyDocument,
  readSecret,
  type Statement,
} from "./policy-document";
