import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

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

/** A change that a file needs on this machine; only ports, paths and the user are changed. */
export interface Substitution {
  /** Text to replace, which the file must contain. */
  readonly from: string;
  /** Replacement. A list repeats the line once per element, and an empty list removes the line. */
  readonly to: string | readonly string[];
  readonly reason: string;
}

/** @throws UserError when a substitution does not match, because the file then differs from what this command expects */
export function substitute(file: string, content: string, substitutions: readonly Substitution[]): string {
  return substitutions.reduce((text, { from, to }) => {
    if (!text.includes(from)) {
      throw new UserError(
        `${file} does not hold ${JSON.stringify(from)}, which must be replaced to use it here: bring packages/service/src/server/substitutions.ts up to date.`,
      );
    }
    if (typeof to === "string") return text.replaceAll(from, () => to);
    return text
      .split("\n")
      .flatMap((line) => (line.includes(from) ? to.map((each) => line.replaceAll(from, () => each)) : [line]))
      .join("\n");
  }, content);
}

/** nginx answers without a service when this file exists, because the server expects no program. */
export const noProgramOf = (directory: string): string => join(directory, "no-program");
/** The directory of a service's program. */
export const serviceOf = (directory: string): string => join(directory, "service");
/** What dev-one-program writes for nginx. */
export const includeOf = (directory: string): string => join(directory, "dev-one.conf");
export const socketOf = (directory: string): string => join(directory, "run", "http.sock");

/** nginx writes bodies that exceed its buffers to temporary files. The Debian package sets their directories at compile time. */
const TEMPORARY = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

const common = ({ directory }: Place): Substitution[] => [
  { from: "pid /run/nginx.pid;", to: `pid ${join(directory, "nginx.pid")};`, reason: "path" },
  { from: "/var/log/nginx/", to: `${join(directory, "log")}/`, reason: "path" },
  {
    from: "http {\n",
    to: `http {\n${TEMPORARY.map((name) => `    ${name}_temp_path ${join(directory, "temporary", name)};\n`).join("")}`,
    reason: "paths of temporary files, otherwise those of the nginx package",
  },
];

const userIs = (from: string, { user, group }: Place): Substitution => {
  return { from: `user ${from};`, to: `user ${user} ${group};`, reason: "a user of this machine" };
};

/** Substitutions for the servers' `/etc/nginx/nginx.conf`. */
export function shippedSubstitutions(place: Place): Substitution[] {
  const { directory, addresses, port, statusPort } = place;
  return [
    userIs("nginx", place),
    ...common(place),
    { from: "/etc/nginx/dev-one.conf", to: includeOf(directory), reason: "path" },
    { from: "/run/dev-one/draining", to: join(directory, "draining"), reason: "path" },
    { from: "/etc/dev-one/no-program", to: noProgramOf(directory), reason: "path" },
    {
      from: "listen 80 ",
      to: addresses.map((address) => `listen ${address}:${port} `),
      reason: "loopback only, and another port",
    },
    { from: "listen 127.0.0.1:8081;", to: `listen 127.0.0.1:${statusPort};`, reason: "another port" },
  ];
}

/** Substitutions for what dev-one-program writes for nginx. */
export function includeSubstitutions({ directory }: Place): Substitution[] {
  return [{ from: "/run/dev-one-service/http.sock", to: socketOf(directory), reason: "path" }];
}

/** Substitutions for the `/etc/nginx/nginx.conf` of Debian's package. */
export function stockSubstitutions(place: Place): Substitution[] {
  return [
    userIs("www-data", place),
    {
      from: "error_log /var/log/nginx/error.log;",
      to: "error_log /var/log/nginx/error.log warn;",
      reason: "the log says why connections are closed",
    },
    ...common(place),
    { from: "include /etc/nginx/sites-enabled/*;", to: `include ${join(place.directory, "default")};`, reason: "path" },
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
