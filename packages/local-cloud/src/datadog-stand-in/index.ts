/**
 * A stand-in for Datadog's API, for tests and the local cloud.
 *
 *     const api = await DatadogApi.start();                       // in this process
 *     api.faults.add({ answer: 503, method: "POST", times: 2 });  // the next two creations fail
 *     api.organization.inventory();                               // remaining objects
 *     await api.stop();
 *
 * It stores the objects that the Terraform provider DataDog/datadog 3.82.0 creates for the types in resources/. It validates what
 * the provider's own schema does not, and responds as Datadog does, without authors, times and states, which the provider ignores.
 * Comments name the recorded response or the issue that a behaviour was taken from; the recordings are those of
 * DataDog/datadog-api-client-typescript and DataDog/terraform-provider-datadog.
 */
export { Organization } from "./organization";
export { DatadogApi } from "./server";
