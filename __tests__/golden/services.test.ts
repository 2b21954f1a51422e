import { production, servicesOf, staging } from "../../src/environments";

/** Every service, where it runs, and its release: a line for each, to be changed here together with `services` and `releases`. */
const SERVICES = {
  staging: [
    "api on all-servers runs 1.0.0 of folder src/servers/example-service",
    "client-address on own-group of 2 to 4 m7g.medium runs 1.0.0 of folder src/servers/client-address",
  ],
  production: ["api on all-servers runs no release"],
};

// The other golden tests take services with groups of their own from the configuration.
test.each([staging, production])("the services of $name are those of SERVICES in this file", (environment) => {
  const services = servicesOf(environment).map(({ name, placement, release }) => {
    const size =
      placement.kind === "own-group"
        ? ` of ${placement.minimum} to ${placement.maximum} ${placement.instanceType}`
        : placement.kind === "some-names"
          ? ` ${placement.names.join(", ")}`
          : "";
    const { version, ...place } = release ?? {};
    const program = Object.entries(place).map((each) => each.join(" "));
    return `${name} on ${placement.kind}${size} runs ${version === undefined ? "no release" : `${version} of ${program.join()}`}`;
  });
  expect(services).toEqual(SERVICES[environment.name as keyof typeof SERVICES]);
});
