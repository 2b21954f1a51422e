import { MASTER_USER } from "../config";
import type { CiScope } from "./ci-scope";
import type { Statement } from "./policy-document";

/** Without it, a session could use any document, such as a shell. It must be in every statement that allows to start a session. */
const CHECKS_DOCUMENT = { BoolIfExists: { "ssm:SessionDocumentAccessCheck": "true" } };

/**
 * What `npm run database-users` needs beside the secrets: to connect as the master user, and to reach RDS Proxy through a server.
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-specify-session-document.html
 * @see https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
 */
export function createDatabaseUsers({ name, region, accountId }: CiScope): Statement[] {
  return [
    {
      sid: "ConnectAsMasterUser",
      actions: ["rds-db:connect"],
      resources: [`arn:aws:rds-db:${region}:${accountId}:dbuser:*/${MASTER_USER}`],
    },
    {
      sid: "ForwardPortsThroughServers",
      actions: ["ssm:StartSession"],
      resources: [`arn:aws:ec2:${region}:${accountId}:instance/*`],
      conditions: { StringEquals: { "ssm:resourceTag/env": name }, ...CHECKS_DOCUMENT },
    },
    {
      sid: "UsePortForwardingDocument",
      actions: ["ssm:StartSession"],
      resources: [`arn:aws:ssm:${region}::document/AWS-StartPortForwardingSessionToRemoteHost`],
      conditions: CHECKS_DOCUMENT,
    },
    {
      sid: "UseOwnSessions",
      actions: ["ssm:TerminateSession", "ssmmessages:OpenDataChannel"],
      resources: [`arn:aws:ssm:${region}:${accountId}:session/\${aws:userid}-*`],
    },
  ];
}
