import { databaseClassOf } from "./database";
import { line, type Part } from "./part";

const NAME = "proxy";
/** AWS bills at least two vCPUs. */
const LEAST_VCPUS = 2;

export const proxy: Part = {
  name: NAME,
  types: ["aws_db_proxy"],
  lines(context) {
    const vcpus = context
      .of("aws_db_instance")
      .reduce((total, instance) => total + databaseClassOf(context, instance).vcpus, 0);
    const billed = { value: Math.max(LEAST_VCPUS, vcpus), label: "vCPUs of the database" };
    return context
      .of("aws_db_proxy")
      .map(() => line(NAME, "RDS Proxy", context.list.prices.proxyVcpu, billed, context.hours));
  },
};
