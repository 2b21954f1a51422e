import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

import { UserError } from "@dev-one/cli/user-error";

import type { Mode } from "./theme";

const RESOURCES = "Resource-Icons_07302021";
const SERVICES = "Architecture-Service-Icons_07302021";

/** An icon of a resource. AWS provides one for light and one for dark backgrounds. */
function resource(category: string, light: string, dark = light): Readonly<Record<Mode, string>> {
  const file = (mode: string, name: string) => `${RESOURCES}/Res_${category}/Res_48_${mode}/Res_${name}_48_${mode}.svg`;
  return { light: file("Light", light), dark: file("Dark", dark) };
}

/** An icon of a service: a coloured tile, the same on every background. */
function service(category: string, name: string): Readonly<Record<Mode, string>> {
  const file = `${SERVICES}/Arch_${category}/64/Arch_${name}_64.svg`;
  return { light: file, dark: file };
}

const NETWORKING = "Networking-and-Content-Delivery";

const files = {
  acm: service("Security-Identity-Compliance", "AWS-Certificate-Manager"),
  alarm: resource("Management-Governance", "Amazon-CloudWatch_Alarm"),
  autoScaling: resource("Compute", "Amazon-EC2_Auto-Scaling"),
  cloudWatch: service("Management-Governance", "Amazon-CloudWatch"),
  elasticIp: resource("Compute", "Amazon-EC2_Elastic-IP-Address"),
  endpoints: resource(NETWORKING, "Amazon-VPC_Endpoints"),
  iam: service("Security-Identity-Compliance", "AWS-Identity-and-Access-Management"),
  internet: resource("General-Icons", "Internet"),
  internetGateway: resource(NETWORKING, "Amazon-VPC_Internet-Gateway"),
  kms: service("Security-Identity-Compliance", "AWS-Key-Management-Service"),
  loadBalancer: resource(NETWORKING, "Elastic-Load-Balancing_Application-Load-Balancer"),
  logs: resource("Management-Governance", "Amazon-CloudWatch_Logs"),
  nat: resource(NETWORKING, "Amazon-VPC_NAT-Gateway"),
  postgres: resource("Database", "Amazon-Aurora-PostgreSQL-Instance"),
  proxy: resource("Database", "Amazon-RDS-Proxy-Instance", "Amazon-Database_Amazon-RDS-Proxy-Instance"),
  resolver: resource(NETWORKING, "Amazon-Route-53_Resolver"),
  route53: service("Networking-Content-Delivery", "Amazon-Route-53"),
  s3: service("Storage", "Amazon-Simple-Storage-Service"),
  secrets: service("Security-Identity-Compliance", "AWS-Secrets-Manager"),
  server: resource("Compute", "Amazon-EC2_Instance"),
  users: resource("General-Icons", "Users"),
} as const;

export type IconName = keyof typeof files;
export const iconNames = Object.keys(files) as readonly IconName[];

/** The unchanged file of AWS's icon set from the package. @throws UserError when it is missing */
export function iconFile(name: IconName, mode: Mode, root = process.cwd()): Buffer {
  const file = join(root, "node_modules", "aws-svg-icons", "lib", files[name][mode]);
  if (!existsSync(file)) {
    throw new UserError(`The icon ${files[name][mode]} is missing in the package aws-svg-icons; run \`npm ci\`.`);
  }
  return readFileSync(file);
}
