import { existsSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import type { Program } from "@dev-one/service/processes";

import { type HostedZone, renderKnot, renderZone } from "../compile/hosted-zones";

/** A host that it runs on. */
interface Host {
  readonly name: string;
  readonly address: string;
  readonly directory: string;
  readonly start: (name: string, command: readonly string[]) => Program;
}

/** Nodes of the load balancer that are in DNS. */
type Nodes = readonly { readonly publicAddress: string }[];

/** knot on the VPC's resolver, with the private hosted zones, and on the internet, with the public one. */
export class Resolvers {
  private readonly programs = new Map<Host, Program>();
  private serial = 1;

  constructor(
    private readonly inside: Host,
    private readonly outside: Host,
    private readonly signal: AbortSignal,
  ) {}

  async start(zones: readonly HostedZone[], nodes: Nodes): Promise<void> {
    this.write(zones, nodes);
    await Promise.all(
      [this.inside, this.outside].map(async (host) => {
        const { name, address, directory } = host;
        const file = join(directory, "knot.conf");
        const files = zones
          .filter((zone) => this.hostOf(zone) === host)
          .map((zone) => [zone.name, this.file(zone)] as const);
        writeFileSync(file, renderKnot(address, directory, new Map(files)));
        rmSync(join(directory, "knot.sock"), { force: true });
        const program = host.start("knot", ["knotd", "-c", file]);
        this.programs.set(host, program);
        const isReady = () => existsSync(join(directory, "knot.sock"));
        await program.becomes(`knot of ${name} did not start`, isReady, 10, this.signal);
      }),
    );
  }

  async restart(zones: readonly HostedZone[], nodes: Nodes): Promise<void> {
    await Promise.all([...this.programs.values()].map((program) => program.stop()));
    await this.start(zones, nodes);
  }

  /** Answers for aliases of the load balancer with these nodes from now on. */
  publish(zones: readonly HostedZone[], nodes: Nodes): void {
    this.serial += 1;
    this.write(zones, nodes);
    for (const program of this.programs.values()) process.kill(program.pid, "SIGHUP");
  }

  private write(zones: readonly HostedZone[], nodes: Nodes): void {
    // An alias of a load balancer that faces the internet answers with public addresses, within the VPC too.
    const addresses = nodes.map(({ publicAddress }) => publicAddress);
    for (const zone of zones) writeFileSync(this.file(zone), renderZone(zone, addresses, this.serial));
  }

  private hostOf({ isPrivate }: HostedZone): Host {
    return isPrivate ? this.inside : this.outside;
  }

  private file(zone: HostedZone): string {
    return join(this.hostOf(zone).directory, `${zone.name}.zone`);
  }
}
