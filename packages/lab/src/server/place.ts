import { join } from "node:path";

import type { Substitution } from "./substitutions";

/** Directory, addresses and port of a server on this machine. */
export interface Place {
  /** Directory of this server, below the scratch directory. */
  readonly directory: string;
  /** Loopback addresses on which the server listens. */
  readonly addresses: readonly string[];
  readonly port: number;
  readonly statusPort: number;
  /** User and group of nginx's workers. */
  readonly user: string;
  readonly group: string;
}

/** nginx writes bodies that exceed its buffers to temporary files. The Debian package sets their directories at compile time. */
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

/** Substitutions for the servers' `/etc/nginx/nginx.conf`. */
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

/** Substitutions for the `/etc/nginx/nginx.conf` of Debian's package. */
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

/** Substitutions for the `/etc/nginx/sites-available/default` of Debian's package. */
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

/** nginx answers without a service when this file exists, because the server expects no program. */
export const NO_PROGRAM = "/etc/dev-one/no-program";
export const noProgramOf = (directory: string): string => join(directory, "no-program");
/** The directory of a service's program. */
export const serviceOf = (directory: string): string => join(directory, "service");
export const socketOf = (directory: string): string => join(directory, "run", "http.sock");
