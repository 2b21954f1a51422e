import type { IncomingMessage, ServerResponse } from "node:http";

import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";

import { FakeServer } from "./fake-server";

/** The claims of GitHub's token for run 42 of pull request 7. */
export const CLAIMS: JWTPayload = {
  iss: "https://token.actions.githubusercontent.com",
  repository: "dev-one/infrastructure",
  event_name: "pull_request",
  ref: "refs/pull/7/merge",
  base_ref: "main",
  head_ref: "feature",
  run_id: "42",
  sha: "a".repeat(40),
  workflow_ref: "dev-one/infrastructure/.github/workflows/pull-request.yml@refs/pull/7/merge",
};

/** GitHub's OIDC tokens and keys, STS and S3, on one loopback port. */
export class FakeServices extends FakeServer {
  /** Objects by bucket and key. */
  readonly objects = new Map<string, Buffer>();
  readonly puts: { readonly key: string; readonly ifNoneMatch: string | undefined }[] = [];
  /** Assumed roles, with the audience of the token. */
  readonly assumed: { readonly role: string; readonly token: string }[] = [];
  /** Claims that replace those of CLAIMS. */
  claims: JWTPayload = {};
  /** Seconds since the token was issued. */
  age = 0;
  private keys: { publicKey: CryptoKey; privateKey: CryptoKey } | undefined;

  async start(): Promise<void> {
    this.keys = await generateKeyPair("RS256", { extractable: true });
    await this.listen((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        response.writeHead(500).end(String(error));
      });
    });
    process.env.ACTIONS_ID_TOKEN_REQUEST_URL = `${this.url}/token?api-version=2.0`;
    process.env.ACTIONS_ID_TOKEN_REQUEST_TOKEN = "runner";
  }

  get jwks(): string {
    return `${this.url}/jwks`;
  }

  async sign(audience: string, key = this.keys?.privateKey): Promise<string> {
    if (key === undefined) throw new Error("Start it first");
    const issued = Math.floor(Date.now() / 1000) - this.age;
    return await new SignJWT({ ...CLAIMS, ...this.claims })
      .setProtectedHeader({ alg: "RS256", kid: "one" })
      .setAudience(audience)
      .setIssuedAt(issued)
      .setExpirationTime(issued + 300)
      .sign(key);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", this.url);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    const json = (value: unknown) =>
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(value));
    if (url.pathname === "/token") {
      if (request.headers.authorization !== "Bearer runner") response.writeHead(401).end();
      else json({ value: await this.sign(url.searchParams.get("audience") ?? "") });
    } else if (url.pathname === "/jwks") {
      if (this.keys === undefined) throw new Error("Start it first");
      json({ keys: [{ ...(await exportJWK(this.keys.publicKey)), kid: "one", alg: "RS256", use: "sig" }] });
    } else if (url.pathname === "/" && request.method === "POST") {
      const form = new URLSearchParams(body.toString());
      this.assumed.push({ role: form.get("RoleArn") ?? "", token: form.get("WebIdentityToken") ?? "" });
      response.writeHead(200, { "content-type": "text/xml" }).end(CREDENTIALS);
    } else this.store(request, url.pathname.slice(1), body, response);
  }

  private store(request: IncomingMessage, key: string, body: Buffer, response: ServerResponse): void {
    const found = this.objects.get(key);
    if (request.method === "PUT") {
      const header = request.headers["if-none-match"];
      this.puts.push({ key, ifNoneMatch: header });
      if (found !== undefined && header === "*") response.writeHead(412).end(error("PreconditionFailed"));
      else {
        this.objects.set(key, body);
        response.writeHead(200).end();
      }
    } else if (found === undefined) response.writeHead(404).end(error("NoSuchKey"));
    else response.writeHead(200).end(found);
  }
}

const error = (code: string) => `<?xml version="1.0"?><Error><Code>${code}</Code><Message>No</Message></Error>`;
const CREDENTIALS = `<AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult><Credentials><AccessKeyId>AKIAEXAMPLE</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>session</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleWithWebIdentityResult></AssumeRoleWithWebIdentityResponse>`;
