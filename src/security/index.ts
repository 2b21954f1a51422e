export { EncryptionKey } from "./encryption-key";
export { EnvironmentKey } from "./environment-key";
export { allow, assumedByInstances, assumedByService, policyDocument, type Statement } from "./policy-document";
