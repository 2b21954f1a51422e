import type { EnvironmentProps } from "../config";

/**
 * What staging and production have in common, as the design gives it: the address plan in two zones of us-east-1 (the region
 * of Datadog's US1 site), both of which offer m3.xlarge and RDS Proxy.
 */
export const design = {
  region: "us-east-1",
  securityContact: "security@dev-one.it",
  // A repository that was created, renamed or transferred after 15 July 2026 needs ownerId and repositoryId: docs/delivery.md.
  delivery: { repository: "dev-one/infrastructure" },
  vpcCidr: "172.31.0.0/16",
  zones: [
    {
      name: "zone-1",
      availabilityZoneId: "use1-az2",
      subnets: {
        public: "172.31.101.0/24",
        servers: "172.31.1.96/28",
        elastic: "172.31.1.128/25",
        data: "172.31.201.0/24",
      },
      servers: {
        "api-1": "172.31.1.101",
        "api-2": "172.31.1.102",
        "api-3": "172.31.1.103",
        "api-4": "172.31.1.104",
      },
    },
    {
      name: "zone-2",
      availabilityZoneId: "use1-az4",
      subnets: {
        public: "172.31.102.0/24",
        servers: "172.31.2.96/28",
        elastic: "172.31.2.128/25",
        data: "172.31.202.0/24",
      },
      servers: {
        "api-1": "172.31.2.101",
        "api-2": "172.31.2.102",
        "api-3": "172.31.2.103",
        "api-4": "172.31.2.104",
      },
    },
  ],
  servers: {
    instanceType: "m3.xlarge",
    connectionsPerServer: 10_000,
    peakConnections: 100_000,
  },
  // One service on all eight servers and the elastic group, which answers every name of the domain.
  services: { api: { owner: "dev-one", apex: true, wildcard: true, database: { name: "app" } } },
  // US1, beside the servers. A new environment pages by Datadog On-Call; staging and every other that must not page write { kind: "none" }.
  datadog: {
    site: "datadoghq.com",
    slack: { account: "dev-one" },
    paging: { kind: "datadog-on-call", team: "dev-one" },
    tickets: ["operations@dev-one.it"],
  },
} satisfies Partial<EnvironmentProps>;

/** What the databases of staging and production have in common. */
export const database = {
  // One behind the newest, until RDS Proxy's documentation lists 18 in every region that we may use.
  majorVersion: 17,
  proxyZones: ["zone-1", "zone-2"],
} satisfies Partial<EnvironmentProps["database"]>;
