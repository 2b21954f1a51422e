import type { IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

import { UserError } from "@dev-one/cli/user-error";
import fastify, { type FastifyInstance } from "fastify";

import { Faults } from "./faults";
import { Organization } from "./organization";
import { Refusal, refusal } from "./refusal";
import { serve } from "./resource";
import { awsAccounts } from "./resources/aws-account";
import { dashboards } from "./resources/dashboard";
import { downtimes } from "./resources/downtime";
import { logsMetrics } from "./resources/logs-metric";
import { monitors } from "./resources/monitor";
import { opsgenieServices } from "./resources/opsgenie-service";
import { slackChannels } from "./resources/slack-channel";
import { serviceLevelObjectives } from "./resources/slo";

const RESOURCES = [
  monitors,
  dashboards,
  serviceLevelObjectives,
  logsMetrics,
  slackChannels,
  opsgenieServices,
  awsAccounts,
  downtimes,
];

export interface DatadogApiOptions {
  /** Port on 127.0.0.1. @default 0: any free one */
  readonly port?: number;
  /** Objects of the API. @default a new organization */
  readonly organization?: Organization;
}

/** A completed request. */
export interface Answered {
  readonly method: string;
  /** Includes the query string. */
  readonly path: string;
  readonly status: number;
}

/** A stand-in for Datadog's API, on loopback, in this process. */
export class DatadogApi {
  /** Faults that may be set while it runs. */
  readonly faults = new Faults();

  private constructor(
    private readonly server: FastifyInstance,
    readonly organization: Organization,
    private readonly listeners: ((request: Answered) => void)[] = [],
  ) {}

  /** @throws UserError when the port is in use */
  static async start({ port = 0, organization = new Organization() }: DatadogApiOptions = {}): Promise<DatadogApi> {
    const server = fastify({ forceCloseConnections: true, routerOptions: { maxParamLength: 500 } });
    const api = new DatadogApi(server, organization);
    readJson(server);
    api.refuse();
    for (const resource of RESOURCES) serve(server, organization, resource(organization));
    server.get("/api/v1/validate", () => ({ valid: true }));
    try {
      await server.listen({ host: "127.0.0.1", port });
    } catch (error) {
      await server.close();
      if ((error as { code?: unknown }).code === "EADDRINUSE") {
        throw new UserError(`Port ${port} is in use: choose another one, or 0 for any free one.`);
      }
      throw error;
    }
    return api;
  }

  /** Such as "http://127.0.0.1:40123". */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.server.server.address() as AddressInfo).port;
  }

  /** Registers a listener for completed requests. */
  onAnswer(listener: (request: Answered) => void): void {
    this.listeners.push(listener);
  }

  /** Closes every connection immediately. The organization keeps its objects. */
  async stop(): Promise<void> {
    await this.server.close();
  }

  private refuse(): void {
    this.server.addHook("onRequest", (request, reply, done) => {
      const fault = this.faults.meet(request.method);
      if (fault === "disconnect") {
        request.raw.socket.destroy();
        reply.hijack();
        return;
      }
      // Seconds, see https://docs.datadoghq.com/api/latest/rate-limits/.
      if (fault === 429) void reply.header("x-ratelimit-reset", "1");
      if (fault !== undefined) done(refusal("Fault on demand", fault));
      else done(isAllowed(request.headers, request.url) ? undefined : refusal("Forbidden", 403));
    });
    this.server.addHook("onResponse", (request, reply, done) => {
      const answered = { method: request.method, path: request.url, status: reply.statusCode };
      for (const listener of this.listeners) listener(answered);
      done();
    });
    this.server.setNotFoundHandler(() => {
      throw refusal("Not found", 404);
    });
    this.server.setErrorHandler((error, _request, reply) => {
      if (error instanceof Refusal) return reply.code(error.status).send(error.body);
      const message = error instanceof Error ? error.message : String(error);
      return reply.code(500).send({ errors: [`The stand-in for Datadog's API is broken: ${message}`] });
    });
  }
}

/** Clients omit the content type, or send it with an empty body. */
function readJson(server: FastifyInstance): void {
  server.removeAllContentTypeParsers();
  server.addContentTypeParser("*", { parseAs: "string" }, (_request, text, done) => {
    try {
      done(null, text === "" ? undefined : JSON.parse(String(text)));
    } catch {
      done(refusal("Invalid JSON"));
    }
  });
}

/** Every endpoint requires the application key, except the validation of the API key. Any value is a key. */
function isAllowed(headers: IncomingHttpHeaders, path: string): boolean {
  const has = (header: string): boolean => typeof headers[header] === "string" && headers[header] !== "";
  return has("dd-api-key") && (path.startsWith("/api/v1/validate") || has("dd-application-key"));
}
