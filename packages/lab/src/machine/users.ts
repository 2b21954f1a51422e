import { execFileSync } from "node:child_process";
import { userInfo } from "node:os";

/** A user of this machine, for programs that do not run as root. */
export interface SystemUser {
  readonly name: string;
  readonly group: string;
  readonly uid: number;
  readonly gid: number;
}

/** Debian's user of web servers, which every Debian and Ubuntu has. */
const UNPRIVILEGED = "www-data";

/** The user that runs programs: an unprivileged user if this command runs as root, otherwise the user of this command. */
export function programUser(): SystemUser {
  const name = process.getuid?.() === 0 ? UNPRIVILEGED : userInfo().username;
  const ask = (flag: string) => execFileSync("id", [flag, name], { encoding: "utf8" }).trim();
  return { name, group: ask("-gn"), uid: Number(ask("-u")), gid: Number(ask("-g")) };
}
