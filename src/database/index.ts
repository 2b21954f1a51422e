export { Postgres } from "./postgres";
export { type DatabaseAccess, Proxy } from "./proxy";
