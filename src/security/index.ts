export { EncryptionKey } from "./encryption-key";
export { EnvironmentKey } from "./environment-key";
export {
  allow,
  assumedByInstances,
  assumedByService,
  policyDocument,
  readSecret,
  type Statement,
} from "./policy-document";
