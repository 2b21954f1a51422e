export { EncryptionKey } from "./encryption-key";
export { EnvironmentKey } from "./environment-key";
export { grantReadSecret } from "./read-secret";
