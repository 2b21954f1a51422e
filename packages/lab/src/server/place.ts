import { join } from "node:path";

import type { Substitution } from "./substitutions";

/** Where a server stands on this machine. */
export interface Place {
  /** Directory of this server, below the scratch directory. */
  readonly directory: string;
  /** Loopback addresses on which it serves. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly statusPort: number;
  /** User and group of nginx's workers. */
  readonly user: string;
  readonly group: string;
}

/** nginx keeps what does not fit into memory in files; where, its package sets when it is built. */
export const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

const common = ({ directory }: Place): Substitution[] => [
  { from: "pid /run/nginx.pid;", to: `pid ${join(directory, "nginx.pid")};`, reason: "path" },
  { from: "/var/log/nginx/", to: `${join(directory, "log")}/`, reason: "path" },
  {
    from: "http {\n",
    to: `http {\n${TEMPORARY.map((name) => `    ${name}_temp_path ${join(directory, "temporary", name)};\n`).join("")}`,
    reason: "paths of temporary files, otherwise those of the nginx package",
  },
];

const userOf = ({ user, group }: Place): string => `user ${user} ${group};`;

/** For the servers' `/etc/nginx/nginx.conf`. */
export function shippedSubstitutions(place: Place): Substitution[] {
  const { directory, addresses, port, statusPort } = place;
  return [
    { from: "user nginx;", to: userOf(place), reason: "a user of this machine" },
    ...common(place),
    { from: "/run/dev-one-service/http.sock", to: socketOf(directory), reason: "path" },
    { from: "/run/dev-one/draining", to: join(directory, "draining"), reason: "path" },
    { from: NO_PROGRAM, to: noProgramOf(directory), reason: "path" },
    {
      from: "listen 80 ",
      to: addresses.map((address) => `listen ${address}:${port} `),
      reason: "loopback only, and another port",
    },
    { from: "listen 127.0.0.1:8081;", to: `listen 127.0.0.1:${statusPort};`, reason: "another port" },
  ];
}

/** For the `/etc/nginx/nginx.conf` of Debian's package. */
export function stockSubstitutions(place: Place): Substitution[] {
  return [
    { from: "user www-data;", to: userOf(place), reason: "a user of this machine" },
    {
      from: "error_log /var/log/nginx/error.log;",
      to: "error_log /var/log/nginx/error.log warn;",
      reason: "the log says why connections are closed",
    },
    ...common(place),
    {
      from: "include /etc/nginx/sites-enabled/*;",
      to: `include ${join(place.directory, "default")};`,
      reason: "path",
    },
  ];
}

/** For its `/etc/nginx/sites-available/default`. */
export function stockSiteSubstitutions({ addresses, port }: Place): Substitution[] {
  return [
    {
      from: "listen 80 default_server;",
      to: addresses.map((address) => `listen ${address}:${port} default_server;`),
      reason: "loopback only, and another port",
    },
    { from: "listen [::]:80 default_server;", to: [], reason: "loopback of IPv4 only" },
  ];
}

/** Where this file is, nginx answers by itself: no program is expected. */
export const NO_PROGRAM = "/etc/dev-one/no-program";
export const noProgramOf = (directory: string): string => join(directory, "no-program");
/** The directory of a service's program. */
export const serviceOf = (directory: string): string => join(directory, "service");
export const socketOf = (directory: string): string => join(directory, "run", "http.sock");
