export { PrivateBucket } from "./private-bucket";
export { StateBucket } from "./state-bucket";
