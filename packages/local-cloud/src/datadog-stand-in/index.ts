/**
 * A stand-in for Datadog's API, for tests and the local cloud.
 *
 *     const api = await DatadogApi.start();                       // in this process
 *     api.faults.add({ answer: 503, method: "POST", after: 3 });  // the fourth creation fails, and so on
 *     api.organization.inventory();                               // what is left
 *     await api.stop();
 *
 *     const child = await DatadogApiProcess.start({ root });      // a process of its own
 *     await child.stop();
 *
 * It holds what the Terraform provider DataDog/datadog 3.82.0 makes of the types in resources/, refuses what Datadog refuses,
 * and answers as Datadog answers. Whatever is taken from a recorded answer or a report says so where it is; the recordings
 * are those of DataDog/datadog-api-client-typescript and DataDog/terraform-provider-datadog.
 */
export { DatadogApiProcess, type DatadogApiProcessOptions } from "./child";
export { type Fault, Faults } from "./faults";
export { type Item, type Kind, Organization, type OrganizationOptions } from "./organization";
export { type Answered, DatadogApi, type DatadogApiOptions, type Keys } from "./server";
