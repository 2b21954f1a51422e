import { readFileSync } from "node:fs";

import { UserError } from "@dev-one/cli/user-error";

/** A user of this machine, for programs that do not run as root. */
export interface SystemUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

const UNPRIVILEGED = ["www-data", "nginx", "nobody"];

/** The user that runs programs: an unprivileged user if this command runs as root, otherwise the user of this command. */
export function programUser(
  own = process.getuid?.() ?? 0,
  passwd = readFileSync("/etc/passwd", "utf8"),
  groups = readFileSync("/etc/group", "utf8"),
): SystemUser {
  const users = passwd.split("\n").map((line) => line.split(":"));
  const groupNames = new Map(groups.split("\n").map((line) => [line.split(":")[2], line.split(":")[0]]));
  const candidates =
    own === 0
      ? UNPRIVILEGED.map((name) => users.find((fields) => fields[0] === name))
      : [users.find((fields) => fields[2] === String(own))];
  const fields = candidates.find((each) => each !== undefined);
  const [name, , uid, gid] = fields ?? [];
  const group = groupNames.get(gid);
  if (name === undefined || group === undefined) {
    const wanted = own === 0 ? `one of the users ${UNPRIVILEGED.join(", ")}` : `a name for the user ${own}`;
    throw new UserError(`This machine does not have ${wanted} in /etc/passwd, which nginx needs to run as.`);
  }
  return { name, group, uid: Number(uid), gid: Number(gid) };
}
