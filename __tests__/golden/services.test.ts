import { production, servicesOf, staging } from "../../src/environments";

/** Every service, its owner, where it runs, and the labels of its hosts: a line for each, to be changed here together with `services`. */
const SERVICES = {
  staging: [
    "api of dev-one on all-servers gets the apex, every other name",
    "client-address of network on own-group of 2 to 4 m7g.medium gets client-address",
  ],
  production: ["api of dev-one on all-servers gets the apex, every other name"],
};

// The other golden tests take services with groups of their own from the configuration. Releases are left out: a service's pipeline
// changes them alone.
test.each([staging, production])("the services of $name are those of SERVICES in this file", (environment) => {
  const services = servicesOf(environment).map(({ name, owner, placement, apex, wildcard, hosts }) => {
    const size =
      placement.kind === "own-group"
        ? ` of ${placement.minimum} to ${placement.maximum} ${placement.instanceType}`
        : placement.kind === "some-names"
          ? ` ${placement.names.join(", ")}`
          : "";
    const requests = [...(apex ? ["the apex"] : []), ...(wildcard ? ["every other name"] : []), ...hosts];
    return `${name} of ${owner} on ${placement.kind}${size} gets ${requests.join(", ")}`;
  });
  expect(services).toEqual(SERVICES[environment.name as keyof typeof SERVICES]);
});
