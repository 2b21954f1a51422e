import { type Environment, production, servicesWithGroup, staging } from "../../src/environments";
import { matrix } from "../support/matrix";
import { synthesize } from "../support/synthesis";

const everywhere = [
  "database in from proxy tcp 5432",
  "edge in from 0.0.0.0/0 tcp 443",
  "edge in from 0.0.0.0/0 tcp 80",
  "edge out to servers tcp 80",
  "proxy in from servers tcp 5432",
  "proxy out to database tcp 5432",
  "servers in from edge tcp 80",
  "servers out to 0.0.0.0/0 tcp 443",
  "servers out to 172.31.0.2/32 tcp 53",
  "servers out to 172.31.0.2/32 udp 53",
  "servers out to proxy tcp 5432",
];

/** Those of groups of single services. */
const ofGroups = (environment: Environment) =>
  servicesWithGroup(environment).flatMap(({ name, database }) => [
    `${name} in from edge tcp 80`,
    `${name} out to 0.0.0.0/0 tcp 443`,
    `${name} out to 172.31.0.2/32 tcp 53`,
    `${name} out to 172.31.0.2/32 udp 53`,
    `edge out to ${name} tcp 80`,
    ...(database === undefined ? [] : [`${name} out to proxy tcp 5432`, `proxy in from ${name} tcp 5432`]),
    ...(environment.interfaceEndpoints ? [`endpoints in from ${name} tcp 443`] : []),
  ]);

test("staging allows exactly these connections, and those of groups of single services", () => {
  expect(matrix(synthesize(staging).platform)).toEqual([...everywhere, ...ofGroups(staging)].sort());
});

test("production allows these, and HTTPS from servers to the interface endpoints", () => {
  const endpoints = ["endpoints in from servers tcp 443"];
  expect(matrix(synthesize(production).platform)).toEqual(
    [...everywhere, ...endpoints, ...ofGroups(production)].sort(),
  );
});
