export { Delivery } from "./delivery";
