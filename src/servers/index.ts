export { Servers } from "./servers";
