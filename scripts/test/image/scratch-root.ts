import { execFileSync, spawnSync } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";

import { scratchDirectory } from "@dev-one/cli/test/files";

/** Programs that the scripts of an image run, copied with their libraries. */
const PROGRAMS = ["bash", "cat", "find", "head", "rm", "setpriv", "stat", "test", "truncate"];
/** Programs of Amazon Linux that only have to be there. */
const STAND_INS = [
  ...["awk", "cloud-init", "curl", "dnf", "getent", "groupadd", "hostnamectl", "install", "journalctl"],
  ...["python3", "rpm", "sed", "sysctl", "systemctl", "tar", "useradd"],
];

/** A root file system like that of a finished image. */
export class ScratchRoot {
  readonly directory = scratchDirectory();

  constructor() {
    chmodSync(this.directory, 0o755);
    for (const name of PROGRAMS) this.copyProgram(name);
    for (const name of STAND_INS) this.program(name, "exit 0");
    this.program("aws", "echo aws-cli/2.31.0 Python/3.9");
    this.write("dev/null", "");
    this.write("etc/os-release", 'NAME="Amazon Linux"\nID="amzn"\nVERSION_ID="2023"\n');
    this.write("etc/machine-id", "");
    mkdirSync(join(this.directory, "etc/systemd/system/multi-user.target.wants"), { recursive: true });
    symlinkSync("/usr/lib/systemd/system/amazon-ssm-agent.service", this.agent);
    this.write("opt/dev-one/service/run", "#!/bin/bash\nexec true\n", 0o755);
    mkdirSync(join(this.directory, "home/ec2-user/.ssh"), { recursive: true });
    mkdirSync(join(this.directory, "root"));
  }

  /** The link by which the SSM agent starts at boot. */
  get agent(): string {
    return join(this.directory, "etc/systemd/system/multi-user.target.wants/amazon-ssm-agent.service");
  }

  path(file: string): string {
    return join(this.directory, file);
  }

  write(file: string, content: string, mode = 0o644): void {
    mkdirSync(dirname(this.path(file)), { recursive: true });
    writeFileSync(this.path(file), content);
    chmodSync(this.path(file), mode);
  }

  program(name: string, body: string): void {
    this.write(`usr/bin/${name}`, `#!/bin/bash\n${body}\n`, 0o755);
  }

  /** Runs a script inside of the root, as root. */
  run(script: string): { readonly status: number | null; readonly lines: string[] } {
    copyFileSync(script, this.path("script"));
    const { status, stdout, stderr } = spawnSync("chroot", [this.directory, "/usr/bin/bash", "/script"], {
      encoding: "utf8",
      env: { PATH: "/usr/sbin:/usr/bin" },
    });
    rmSync(this.path("script"));
    return { status, lines: `${stdout}${stderr}`.split("\n").filter((line) => line !== "") };
  }

  private copyProgram(name: string): void {
    const found = ["/usr/bin", "/bin"].map((folder) => join(folder, name)).find((file) => existsSync(file));
    if (found === undefined) throw new Error(`${name} is not installed`);
    const libraries = [...execFileSync("ldd", [found], { encoding: "utf8" }).matchAll(/(\/\S+) \(0x/g)].map(
      ([, file = ""]) => file,
    );
    for (const file of libraries) {
      mkdirSync(dirname(this.path(file)), { recursive: true });
      if (!existsSync(this.path(file))) cpSync(realpathSync(file), this.path(file));
    }
    mkdirSync(this.path("usr/bin"), { recursive: true });
    cpSync(realpathSync(found), this.path(`usr/bin/${name}`));
    if (name !== "bash") return;
    mkdirSync(this.path("bin"), { recursive: true });
    cpSync(realpathSync(found), this.path("bin/bash"));
  }
}
