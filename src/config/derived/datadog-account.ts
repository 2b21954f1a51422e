import { datadogSite } from "../catalog/datadog-sites";
import type { Environment } from "../schema/environment";

/** The AWS account from which Datadog reads the environment's CloudWatch metrics; undefined if neither the environment nor the site names one. */
export function datadogAccountId({ datadog }: Environment): string | undefined {
  return datadog.awsAccountId ?? datadogSite(datadog.site).awsAccountId;
}
