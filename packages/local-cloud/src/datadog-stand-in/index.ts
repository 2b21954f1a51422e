/**
 * A stand-in for Datadog's API, for tests and the local cloud.
 *
 *     const api = await DatadogApi.start();                       // in this process
 *     api.faults.add({ answer: 503, method: "POST", after: 3 });  // the fourth creation fails, and so on
 *     api.organization.inventory();                               // remaining objects
 *     await api.stop();
 *
 *     const child = await DatadogApiProcess.start({ root });      // a child process
 *     await child.stop();
 *
 * It stores the objects that the Terraform provider DataDog/datadog 3.82.0 creates for the types in resources/, and validates and
 * responds as Datadog does. Comments name the recorded response or the issue that a behaviour was taken from; the recordings are
 * those of DataDog/datadog-api-client-typescript and DataDog/terraform-provider-datadog.
 */
export { DatadogApiProcess, type DatadogApiProcessOptions } from "./child";
export { type Fault, Faults } from "./faults";
export { type Item, type Kind, Organization, type OrganizationOptions } from "./organization";
export { type Answered, DatadogApi, type DatadogApiOptions, type Keys } from "./server";
