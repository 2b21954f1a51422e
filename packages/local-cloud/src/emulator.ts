import { existsSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import { ServerProcess } from "./server-process";

export interface EmulatorOptions {
  /** The project's directory, which holds `.venv`. */
  readonly root: string;
  /** The account of the emulator; the provider rejects any other account. */
  readonly accountId: string;
  /** Port on 127.0.0.1. @default 0: any free one */
  readonly port?: number;
  /** File for the emulator's output. */
  readonly log: string;
}

const PORT_IN_USE = 98; // packages/local-cloud/src/emulator/__main__.py

/** The local cloud's AWS API. */
export type Emulator = ServerProcess;

export const Emulator = {
  /** @throws UserError when the port is in use, or when the Python packages are missing */
  start({ root, accountId, port = 0, log }: EmulatorOptions): Promise<Emulator> {
    const python = join(root, ".venv", "bin", "python");
    if (!existsSync(python)) {
      throw new UserError(
        "The local cloud needs the Python packages in .venv, which are missing: run `npm run setup`.",
      );
    }
    return ServerProcess.start({
      name: "The local cloud",
      command: python,
      args: ["-m", "emulator", "--port", String(port)],
      cwd: join(root, "packages", "local-cloud", "src"),
      env: { MOTO_ACCOUNT_ID: accountId, PYTHONDONTWRITEBYTECODE: "1" },
      log,
      messages: {
        [PORT_IN_USE]: `Port ${port} is in use: choose another one with --port, or leave it out for any free one.`,
      },
    });
  },
};
