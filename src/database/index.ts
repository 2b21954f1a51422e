export { DatabaseUser } from "./database-user";
export { Postgres } from "./postgres";
export { type DatabaseAccess, Proxy } from "./proxy";
