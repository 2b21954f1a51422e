export { StateBucket } from "./state-bucket";
