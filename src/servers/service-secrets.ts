import { SecretsmanagerSecret } from "@cdktf/provider-aws/lib/secretsmanager-secret";
import { Construct } from "constructs";

import type { PlacedService } from "../config";
import type { EncryptionKey } from "../kms";

export interface ServiceSecretsProps {
  /** The services with their secrets. */
  readonly services: readonly PlacedService[];
  /** Name of the environment, part of the names. */
  readonly environmentName: string;
  /** Encrypts the secrets. */
  readonly key: EncryptionKey;
  /** Days for which a deleted secret can be restored, 7 to 30; 0 frees its name at once. */
  readonly recoveryWindowInDays: number;
}

/**
 * The secrets of services, `dev-one/ENV/SERVICE/NAME`. Without values: the team of a service puts them in, so that they are in
 * neither plan nor state.
 */
export class ServiceSecrets extends Construct {
  constructor(scope: Construct, id: string, props: ServiceSecretsProps) {
    super(scope, id);
    const { services, environmentName, key, recoveryWindowInDays } = props;
    for (const { name: service, owner, secrets } of services) {
      // A scope of its own, because a hyphen may be in both names.
      const ofService = new Construct(this, service);
      for (const name of secrets) {
        new SecretsmanagerSecret(ofService, name, {
          name: `dev-one/${environmentName}/${service}/${name}`,
          description: `${name} of the service ${service}`,
          kmsKeyId: key.arn,
          recoveryWindowInDays,
          tags: { service, team: owner },
        });
      }
    }
  }
}
