import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

/** A program in Node.js that does all that a service must do. */
export const NODE = `#!${process.execPath}
const http = require("node:http");
let isEnding = false;
const answer = (url) => {
  if (url === "/healthz") return [200, "ok"];
  if (url === "/readyz") return [503, "no database"];
  return [200, JSON.stringify({ cwd: process.cwd(), environment: process.env })];
};
const server = http.createServer({ maxHeaderSize: 65536 }, (request, response) => {
  request.resume().on("end", () => {
    if (isEnding) response.setHeader("Connection", "close");
    const [status, text] = answer(request.url);
    response.writeHead(status).end(text + "\\n");
  });
});
server.keepAliveTimeout = 90000;
const { PORT, SERVICE_SOCKET } = process.env;
const place = PORT ? { host: "127.0.0.1", port: Number(PORT) } : { path: SERVICE_SOCKET };
server.listen({ ...place, backlog: 65535 });
process.on("SIGTERM", () => {
  isEnding = true;
  server.close(() => process.exit(0));
  server.closeIdleConnections();
});
`;

/** A program in Python that does the same, started by a shell. */
export const SHELL = '#!/bin/sh\ncd "$(dirname "$0")" && exec python3 service.py\n';
export const PYTHON = `
import os, signal, socketserver, sys, threading
from http.server import BaseHTTPRequestHandler

class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    answers = {"/healthz": (200, b"ok"), "/readyz": (503, b"no database")}
    def do_GET(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        status, text = self.answers.get(self.path, (200, b"python"))
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        if ending.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(text)
    do_POST = do_GET
    def address_string(self):
        return "nginx"
    def log_request(self, *_):
        pass

class Server(socketserver.ThreadingMixIn, socketserver.UnixStreamServer):
    request_queue_size = 65535
    daemon_threads = True

ending = threading.Event()
server = Server(os.environ["SERVICE_SOCKET"], Handler)
os.chmod(os.environ["SERVICE_SOCKET"], 0o660)
def end():
    server.shutdown()
    server.server_close()
    threading.Event().wait(2)
    os._exit(0)
def on_sigterm(*_):
    ending.set()
    threading.Thread(target=end).start()
signal.signal(signal.SIGTERM, on_sigterm)
server.serve_forever()
`;

/** Content of a file, and whether it is executable; `run` is by default. */
type Content = string | Buffer | { readonly content: string | Buffer; readonly mode: number };

/** Writes a folder. @param files by their paths in it */
export function folderOf(files: Readonly<Record<string, Content>>, directory = scratchDirectory()): string {
  for (const [path, file] of Object.entries(files)) {
    const { content, mode } =
      typeof file === "string" || Buffer.isBuffer(file)
        ? { content: file, mode: ["run", "install"].includes(path) ? 0o755 : 0o644 }
        : file;
    mkdirSync(dirname(join(directory, path)), { recursive: true });
    writeFileSync(join(directory, path), content);
    chmodSync(join(directory, path), mode);
  }
  return directory;
}

/** The program in Node.js with a fault. @throws Error when it does not contain what is to be replaced */
export function nodeWith(...changes: readonly (readonly [from: string, to: string])[]): string {
  return changes.reduce((text, [from, to]) => {
    if (!text.includes(from)) throw new Error(`The program does not contain ${from}`);
    return text.replaceAll(from, () => to);
  }, NODE);
}
