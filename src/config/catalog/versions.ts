/** Terraform: 1.10 brought locking in S3 itself, 1.11 write-only arguments (the Datadog key never enters state). */
export const TERRAFORM_VERSION = ">= 1.11.0";

/** The AWS provider that the bindings were generated from, exactly. */
export const AWS_PROVIDER_VERSION = "6.25.0";

/** The Datadog provider that the bindings were generated from, exactly. */
export const DATADOG_PROVIDER_VERSION = "3.82.0";
