export { EncryptionKey } from "./encryption-key";
export { EnvironmentKey } from "./environment-key";
