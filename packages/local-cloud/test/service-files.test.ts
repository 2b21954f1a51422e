import { createHash } from "node:crypto";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";

import { readServiceFiles } from "../src/table/service-files";

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

const bundle = { key: "bundles/api.tar.gz", sha256: sha256("the program") };
/** In the bucket only once the pipeline of the service has uploaded it. */
const uploaded = { key: "bundles/news/60303ae2.tar.gz", sha256: sha256("the program of a pipeline") };
const pointed = { key: "bundles/shop.tar.gz", sha256: sha256("another program") };
const table = JSON.stringify({
  services: {
    api: { version: "1.0.0", bundle },
    news: { bundle: uploaded },
    blog: { maxBodyMib: 1 },
    shop: { pointer: "services/shop.json" },
  },
});

let objects: Record<string, string>;
let s3: Server;
let url: string;

beforeAll(async () => {
  s3 = createServer((incoming, outgoing) => outgoing.end(objects[(incoming.url ?? "").split("?")[0] ?? ""]));
  await new Promise<void>((ready) => s3.listen(0, "127.0.0.1", ready));
  url = `http://127.0.0.1:${(s3.address() as AddressInfo).port}`;
});
beforeEach(() => {
  objects = {
    "/files/platform.tar.gz": "the platform",
    "/files/tables/servers.json": table,
    "/files/services/shop.json": JSON.stringify({ version: "2.0.0", bundle: pointed }),
    "/files/bundles/api.tar.gz": "the program",
    "/files/bundles/shop.tar.gz": "another program",
  };
});
afterAll(async () => {
  s3.closeAllConnections();
  await new Promise((done) => s3.close(done));
});

function read() {
  const settings = [
    "SERVICES_BUCKET=files",
    "SERVICES_PLATFORM=platform.tar.gz",
    `SERVICES_PLATFORM_SHA256=${sha256("the platform")}`,
    "SERVICES_TABLE=tables/servers.json",
    `SERVICES_TABLE_SHA256=${sha256(table)}`,
  ];
  const content = `${settings.join("\n")}\n`;
  const environment = { path: "/etc/dev-one/environment", content, executable: false };
  return readServiceFiles([environment], new Set([bundle.key, pointed.key]), { url, region: "us-east-1" });
}

test("the platform's files and the table that user data names, the rows that it points to, and their bundles, are read from S3", async () => {
  expect((await read()).read).toEqual([
    "platform.tar.gz",
    "tables/servers.json",
    "services/shop.json",
    "bundles/api.tar.gz",
    "bundles/shop.tar.gz",
  ]);
});

test("a bundle that a pipeline uploads is not read, and is named", async () => {
  expect((await read()).ofPipelines).toEqual([uploaded.key]);
});

test("a bundle that Terraform creates and that is missing is an error", async () => {
  objects = Object.fromEntries(Object.entries(objects).filter(([path]) => path !== `/files/${bundle.key}`));
  await expect(read()).rejects.toThrow(`The object ${bundle.key} has not the SHA-256`);
});

test.each([
  ["platform.tar.gz", sha256("the platform")],
  ["tables/servers.json", sha256(table)],
  [bundle.key, bundle.sha256],
  [pointed.key, pointed.sha256],
])("another content of %s is an error with its key", async (key, hash) => {
  objects[`/files/${key}`] = "another content";
  await expect(read()).rejects.toThrow(`The object ${key} has not the SHA-256 ${hash}, by which servers read it.`);
});
