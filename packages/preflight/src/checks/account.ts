import type { Environment } from "../../../../src/environments";
import type { Aws } from "../aws";
import { failureOf, isUnreachable } from "../failure";
import { type Finding, ok, stop } from "../finding";

const SUBJECT = "Credentials and account";
const RENEW = "run `aws sso login`, or set AWS_PROFILE to an administrator of the account";

/**
 * Whose credentials these are. Nothing else of AWS is asked in another account, because its answers say nothing of this environment.
 * @see https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html (needs no permission)
 */
export async function account({ sts }: Pick<Aws, "sts">, { name, accountId, region }: Environment): Promise<Finding> {
  try {
    const { Account = "", Arn = "" } = await sts.getCallerIdentity({});
    if (Account === accountId) return ok(SUBJECT, `${Arn} of account ${Account}`);
    return stop(
      SUBJECT,
      `${Arn} is of account ${Account}, and ${name} is of ${accountId}`,
      `use credentials of ${accountId}, or correct accountId in src/environments/${name}.ts`,
    );
  } catch (error) {
    const { name: kind, code, message } = failureOf(error);
    if (isUnreachable(error)) {
      const remedy = "check the network and the name resolution of this machine";
      return stop(SUBJECT, `AWS cannot be reached in ${region} (${code || kind})`, remedy);
    }
    if (/Expired/i.test(kind) || /expired/i.test(message)) {
      return stop(SUBJECT, `the credentials have expired: ${message}`, RENEW);
    }
    if (kind === "CredentialsProviderError") return stop(SUBJECT, `there are no credentials: ${message}`, RENEW);
    // A region that is not enabled in the account refuses valid credentials, too:
    // https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html
    return stop(
      SUBJECT,
      `AWS refuses them: ${kind}, ${message}`,
      `${RENEW}; enable ${region} if it is an opt-in region`,
    );
  }
}
