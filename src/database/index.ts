export { Postgres } from "./postgres";
export { Proxy } from "./proxy";
