import { type JsonObject, objectAt } from "@dev-one/cli/json";

import type { SynthesizedStack } from "./synthesis";
import { blocks } from "./values";

/** Arguments whose new value Terraform applies without replacing the resource, by resource type. */
const CHANGES = {
  aws_autoscaling_group: { health_check_grace_period: 301 },
  aws_autoscaling_lifecycle_hook: { heartbeat_timeout: 601 },
  aws_cloudwatch_log_group: { retention_in_days: 7 },
  aws_cloudwatch_metric_alarm: { alarm_description: "changed" },
  aws_db_instance: { backup_retention_period: 9 },
  aws_db_proxy: { idle_client_timeout: 1799 },
  aws_iam_role: { description: "changed", max_session_duration: 7200 },
  aws_iam_service_linked_role: { description: "changed" },
  aws_kms_key: { description: "changed" },
  aws_launch_template: { instance_type: "m7g.2xlarge" },
  aws_lb: { idle_timeout: 61 },
  aws_lb_target_group: { deregistration_delay: "31" },
  aws_route53_zone: { comment: "changed" },
  aws_s3_object: { content_type: "application/octet-stream" },
  aws_secretsmanager_secret: { description: "changed" },
  aws_vpc_security_group_egress_rule: { description: "changed" },
  aws_vpc_security_group_ingress_rule: { description: "changed" },
} as const;

/** A stack in which every resource gets a tag and loses another one, and arguments have other values. */
export function changedStack(stack: SynthesizedStack): SynthesizedStack {
  const json = structuredClone(stack.json);
  for (const provider of blocks(objectAt(json, "provider")?.aws)) {
    for (const { tags } of blocks(provider.default_tags) as { tags: Record<string, string> }[]) {
      delete tags.project;
      tags.changed = "yes";
    }
  }
  for (const [type, values] of Object.entries(CHANGES)) {
    for (const resource of Object.values(objectAt(json, "resource", type) ?? {})) {
      Object.assign(resource as JsonObject, values);
    }
  }
  return { ...stack, json };
}
