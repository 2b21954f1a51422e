import { UserError } from "@dev-one/cli/user-error";

/** What systemd reads from the unit of a service, as far as it can be done without systemd. */
export interface Unit {
  /** Path of the program on a server. */
  readonly command: string;
  readonly umask: string;
  readonly runtimeDirectoryMode: number;
  /** Paths of files with variables, on a server. Later ones override earlier ones, and all of them `environment`. */
  readonly environmentFiles: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly restartSeconds: number;
  readonly stopSeconds: number;
  readonly openFiles: number;
}

/**
 * Directives that have no effect here, and why.
 * @see https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html
 */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  "Unit.Description": "text",
  "Unit.ConditionPathExists": "there is a program",
  "Unit.AssertFileIsExecutable": "the folder is checked before the start",
  "Unit.Requires": "no other unit runs here",
  "Unit.Wants": "no other unit runs here",
  "Unit.After": "no other unit runs here",
  "Unit.StartLimitIntervalSec": "0: systemd restarts without end",
  "Service.User": "an unprivileged user of this machine instead",
  "Service.Group": "the group of nginx's workers instead",
  "Service.RuntimeDirectory": "a directory of this run instead",
  "Service.StateDirectory": "a directory of this run instead",
  "Service.NoNewPrivileges": "always set",
  "Service.PrivateTmp": "needs a mount namespace",
  "Service.ProtectHome": "needs a mount namespace",
  "Service.ProtectSystem": "the program's folder is read-only; all else needs a mount namespace",
  "Install.WantedBy": "nothing is enabled here",
};

/** Directives that this command follows, with the values that it can follow. */
const FOLLOWED: Readonly<Record<string, RegExp>> = {
  "Service.UMask": /^[0-7]{4}$/,
  "Service.RuntimeDirectoryMode": /^[0-7]{4}$/,
  "Service.EnvironmentFile": /^\/\S+$/,
  "Service.Environment": /^[A-Z_]+=\S+$/,
  "Service.ExecStart": /^\/\S+$/,
  "Service.Restart": /^always$/,
  "Service.RestartSec": /^\d+$/,
  "Service.TimeoutStopSec": /^\d+$/,
  "Service.LimitNOFILE": /^\d+$/,
};

/** @throws UserError with every directive that this command does not know */
export function readUnit(name: string, content: string): Unit {
  const found = new Map<string, string[]>();
  const problems: string[] = [];
  let section = "";
  for (const line of content.split("\n").map((each) => each.trim())) {
    if (line === "" || /^[#;]/.test(line)) continue;
    const header = /^\[(\w+)\]$/.exec(line)?.[1];
    if (header !== undefined) {
      section = header;
      continue;
    }
    const [, key = line, value = ""] = /^(\w+)=(.*)$/.exec(line) ?? [];
    const directive = `${section}.${key}`;
    if (Object.hasOwn(WITHOUT_EFFECT, directive)) continue;
    if (FOLLOWED[directive]?.test(value) === true) found.set(directive, [...(found.get(directive) ?? []), value]);
    else problems.push(`${name}: ${line} is not what this command can do; add it to packages/service/src/unit.ts.`);
  }
  for (const directive of Object.keys(FOLLOWED)) {
    if (!found.has(directive) && directive !== "Service.Environment")
      problems.push(`${name}: ${directive.replace("Service.", "")}= is missing.`);
  }
  if (problems.length > 0) throw new UserError(problems.join("\n"));
  const all = (key: string) => found.get(`Service.${key}`) ?? [];
  const last = (key: string) => all(key).at(-1) ?? "";
  return {
    command: last("ExecStart"),
    umask: last("UMask"),
    runtimeDirectoryMode: Number.parseInt(last("RuntimeDirectoryMode"), 8),
    environmentFiles: all("EnvironmentFile"),
    environment: readVariables(all("Environment").join("\n")),
    restartSeconds: Number(last("RestartSec")),
    stopSeconds: Number(last("TimeoutStopSec")),
    openFiles: Number(last("LimitNOFILE")),
  };
}

/**
 * The variables of an environment file, as systemd reads what dev-one-program writes: one on a line, its value plain or in double
 * quotes, in which a backslash escapes.
 * @see https://www.freedesktop.org/software/systemd/man/252/systemd.exec.html#EnvironmentFile=
 */
export function readVariables(content: string): Record<string, string> {
  const lines = content.split("\n").filter((line) => line !== "" && !/^[#;]/.test(line));
  return Object.fromEntries(
    lines.map((line) => {
      const end = line.indexOf("=");
      const value = line.slice(end + 1);
      const quoted = /^"((?:[^"\\]|\\.)*)"$/.exec(value)?.[1];
      return [line.slice(0, end), quoted?.replaceAll(/\\(["\\`$])/g, "$1") ?? value];
    }),
  );
}
