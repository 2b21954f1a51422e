import { createServer } from "node:net";

import { UserError } from "@dev-one/cli/user-error";
import getPort from "get-port";

export interface Ports {
  readonly port: number;
  readonly statusPort: number;
}

/** The requested ports, or any free ones. @throws UserError when a requested port is in use */
export async function choosePorts(asked: number | undefined): Promise<Ports> {
  if (asked === undefined) {
    const port = await getPort({ host: "127.0.0.1" });
    return { port, statusPort: await getPort({ host: "127.0.0.1", exclude: [port] }) };
  }
  for (const port of [asked, asked + 1]) {
    if (!(await isFree(port))) {
      throw new UserError(`Port ${port} is in use: choose another one with --port, or leave it out for any free ones.`);
    }
  }
  return { port: asked, statusPort: asked + 1 };
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen({ port, host: "127.0.0.1", exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
