export { PrivateBucket } from "./private-bucket";
