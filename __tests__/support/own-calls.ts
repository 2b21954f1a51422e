import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";

import {
  databaseUserSecretName,
  type Environment,
  MASTER_USER,
  migrationDocumentName,
  PLANS_PREFIX,
  prefix,
  servicesBucketName,
  stateBucketName,
} from "../../src/config";
import type { RecordedRequest } from "./recorded-calls";

const ROOT = join(__dirname, "../..");
/** The programs that the workflows run with the roles of CI, beside Terraform. */
const PROGRAMS = "packages/delivery/src";

/** What IAM authorizes for each call, by the call as `ownCalls` names it, by file. */
type Authorized = Readonly<Record<string, Readonly<Record<string, readonly RecordedRequest[]>>>>;

/**
 * What IAM authorizes for the calls of the project's own programs, by file. The local cloud does not record them: actions, resources and
 * condition keys are AWS's service authorization reference's. Which calls there are is read in the files.
 * @see https://docs.aws.amazon.com/service-authorization/latest/reference/
 */
export function authorizedOwnCalls(environment: Environment): Authorized {
  const { name, region, accountId } = environment;
  const arn = (service: string, rest: string) => `arn:aws:${service}:${region}:${accountId}:${rest}`;
  const request =
    (role: "plan" | "apply") =>
    (action: string, resource = "*", context: RecordedRequest["context"] = {}): RecordedRequest => ({
      role,
      action,
      resource,
      context,
    });
  const [plan, apply] = [request("plan"), request("apply")];
  const kept = (kind: string) => `arn:aws:s3:::${stateBucketName(environment)}/${PLANS_PREFIX}${name}/0.${kind}`;
  const stateKey = arn("kms", `key/${prefix(environment)}-terraform-state`);
  const bucket = `arn:aws:s3:::${servicesBucketName(environment)}`;
  const object = `${bucket}/services/api.json`;
  const group = arn("autoscaling", `autoScalingGroup:0:autoScalingGroupName/${prefix(environment)}-zone-1`);
  const server = arn("ec2", "instance/i-0");
  const ofEnvironment = { "ssm:resourceTag/env": name };
  const checksDocument = { "ssm:SessionDocumentAccessCheck": "true" };
  const secret = arn("secretsmanager", `secret:${databaseUserSecretName(environment, "api")}-0`);
  const key = arn("kms", `key/${prefix(environment)}`);
  const throughSecrets = { "aws:ResourceTag/env": name, "kms:ViaService": `secretsmanager.${region}.amazonaws.com` };
  const session = arn("ssm", "session/${aws:userid}-0");
  return {
    [`${PROGRAMS}/plan/plan-store.ts`]: {
      "S3.putObject": [
        ...["tfplan", "json"].map((kind) => plan("s3:PutObject", kept(kind), { "s3:if-none-match": "*" })),
        plan("kms:GenerateDataKey", stateKey),
      ],
      // The review reads what Terraform shows of a plan, the apply the plan.
      "S3.getObject": [
        ...[plan("s3:GetObject", kept("json")), plan("kms:Decrypt", stateKey)],
        ...[apply("s3:GetObject", kept("tfplan")), apply("kms:Decrypt", stateKey)],
      ],
    },
    [`${PROGRAMS}/roll-out/aws.ts`]: {
      "AutoScaling.describeAutoScalingGroups": [apply("autoscaling:DescribeAutoScalingGroups")],
      "AutoScaling.describeInstanceRefreshes": [apply("autoscaling:DescribeInstanceRefreshes")],
      "AutoScaling.describeScalingActivities": [apply("autoscaling:DescribeScalingActivities")],
      "AutoScaling.rollbackInstanceRefresh": [apply("autoscaling:RollbackInstanceRefresh", group)],
      "AutoScaling.startInstanceRefresh": [apply("autoscaling:StartInstanceRefresh", group)],
      "AutoScaling.terminateInstanceInAutoScalingGroup": [
        apply("autoscaling:TerminateInstanceInAutoScalingGroup", group),
      ],
      "AutoScaling.updateAutoScalingGroup": [apply("autoscaling:UpdateAutoScalingGroup", group)],
      "CloudWatch.describeAlarms": [apply("cloudwatch:DescribeAlarms")],
      "EC2.describeInstances": [apply("ec2:DescribeInstances")],
      "EC2.describeLaunchTemplateVersions": [apply("ec2:DescribeLaunchTemplateVersions")],
      "ElasticLoadBalancingV2.describeTargetGroups": [apply("elasticloadbalancing:DescribeTargetGroups")],
      "ElasticLoadBalancingV2.describeTargetHealth": [apply("elasticloadbalancing:DescribeTargetHealth")],
      // With its tags: https://docs.aws.amazon.com/AmazonS3/latest/API/API_CopyObject.html
      "S3.copyObject": [
        ...["s3:GetObjectVersion", "s3:GetObjectVersionTagging", "s3:PutObject", "s3:PutObjectTagging"].map((action) =>
          apply(action, object),
        ),
      ],
      "S3.getObject": [apply("s3:GetObject", object), apply("s3:GetObjectVersion", object)],
      "S3.listObjectVersions": [apply("s3:ListBucketVersions", bucket)],
      "S3.putObject": [apply("s3:PutObject", object)],
      "SSM.getCommandInvocation": [apply("ssm:GetCommandInvocation")],
      "SSM.sendCommand": [
        apply("ssm:SendCommand", arn("ssm", `document/${migrationDocumentName(environment)}`)),
        apply("ssm:SendCommand", server, ofEnvironment),
      ],
    },
    [`${PROGRAMS}/roll-out/database-aws.ts`]: {
      "aws ec2 describe-instances": [apply("ec2:DescribeInstances")],
      "aws rds describe-db-proxies": [apply("rds:DescribeDBProxies")],
      // The token is made without a call; the connection needs the action.
      "aws rds generate-db-auth-token": [apply("rds-db:connect", arn("rds-db", `dbuser:prx-0/${MASTER_USER}`))],
      "aws secretsmanager describe-secret": [apply("secretsmanager:DescribeSecret", secret)],
      "aws secretsmanager put-secret-value": [
        apply("secretsmanager:PutSecretValue", secret),
        ...[apply("kms:GenerateDataKey", key, throughSecrets), apply("kms:Decrypt", key, throughSecrets)],
      ],
      "aws secretsmanager update-secret-version-stage": [apply("secretsmanager:UpdateSecretVersionStage", secret)],
      // With what session-manager-plugin does:
      // https://docs.aws.amazon.com/systems-manager/latest/userguide/getting-started-restrict-access-quickstart.html
      "aws ssm start-session": [
        apply("ssm:StartSession", server, { ...ofEnvironment, ...checksDocument }),
        apply(
          "ssm:StartSession",
          `arn:aws:ssm:${region}::document/AWS-StartPortForwardingSessionToRemoteHost`,
          checksDocument,
        ),
        ...[apply("ssmmessages:OpenDataChannel", session), apply("ssm:TerminateSession", session)],
      ],
    },
  };
}

/** The calls of AWS's SDK and of the AWS CLI in each file that has one, such as `S3.getObject` and `aws rds describe-db-proxies`. */
export function ownCalls(): Readonly<Record<string, readonly string[]>> {
  const files = readdirSync(join(ROOT, PROGRAMS), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile() && each.name.endsWith(".ts"))
    .map((each) => join(each.parentPath, each.name));
  const calls = files.map((file) => [relative(ROOT, file), callsIn(readFileSync(file, "utf8"))] as const);
  return Object.fromEntries(calls.filter(([, found]) => found.length > 0));
}

function callsIn(text: string): string[] {
  const imported = [...text.matchAll(/import \{([^}]+)\} from "@aws-sdk\/client-/g)].flatMap(([, names = ""]) =>
    names.split(",").map((each) => each.trim()),
  );
  const clients = [...text.matchAll(/([\w.]+) = new (\w+)\(/g)].filter(([, , type = ""]) => imported.includes(type));
  const ofSdk = clients.flatMap(([, variable = "", type = ""]) =>
    [...text.matchAll(new RegExp(`\\b${variable.replaceAll(".", "\\.")}\\.(\\w+)\\(`, "g"))].map(
      ([, operation = ""]) => `${type}.${operation}`,
    ),
  );
  const ofCli = [...text.matchAll(/\["([a-z0-9]+)", "([a-z]+(?:-[a-z]+)+)"/g)].map(
    ([, service = "", operation = ""]) => `aws ${service} ${operation}`,
  );
  return [...new Set([...ofSdk, ...ofCli])].sort();
}
