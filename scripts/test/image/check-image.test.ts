import { chmodSync, existsSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";

import { ScratchRoot } from "./scratch-root";

const directory = resolve(__dirname, "../../image");
const check = join(directory, "check-image");
const RUN = "opt/dev-one/service/run";

/** A fault of an image, and the line that names it. */
type Fault = readonly [line: string, make: (root: ScratchRoot) => void];

const remove = (file: string) => (root: ScratchRoot) => {
  rmSync(root.path(file), { recursive: true });
};
const write = (file: string, content: string) => (root: ScratchRoot) => {
  root.write(file, content);
};

const faults: readonly Fault[] = [
  [
    '/etc/os-release says "ubuntu 24.04"; build from Amazon Linux 2023.',
    write("etc/os-release", "ID=ubuntu\nVERSION_ID=24.04\n"),
  ],
  ['/etc/os-release says "nothing"; build from Amazon Linux 2023.', remove("etc/os-release")],
  ...["awk", "cloud-init", "curl", "python3", "systemctl", "tar"].map((name): Fault => [
    `${name} is missing; install its package.`,
    remove(`usr/bin/${name}`),
  ]),
  ["aws is missing; install awscli-2.", remove("usr/bin/aws")],
  [
    "aws is not version 2 of the AWS CLI; install awscli-2.",
    (root) => {
      root.program("aws", "echo aws-cli/1.18.147 Python/2.7 >&2");
    },
  ],
  [
    "nginx is neither installed nor in a repository; install it.",
    (root) => {
      root.program("rpm", "[[ $3 != nginx ]]");
    },
  ],
  [
    "the SSM agent does not start at boot; systemctl enable amazon-ssm-agent.",
    (root) => {
      rmSync(root.agent);
    },
  ],
  [
    "1 GiB are free; leave 2 GiB, or make the volume of the build larger.",
    (root) => {
      root.program("stat", "echo 300000 4096");
    },
  ],
  ["/opt/dev-one/service is missing; put the folder of the service there.", remove("opt/dev-one/service")],
  ["/opt/dev-one/service/run is missing; add the program that the service starts.", remove(RUN)],
  [
    "/opt/dev-one/service/run is not executable; chmod a+rx it.",
    (root) => {
      chmodSync(root.path(RUN), 0o644);
    },
  ],
  [
    "/opt/dev-one/service/install is not executable; chmod a+rx it.",
    write("opt/dev-one/service/install", "#!/bin/bash\n"),
  ],
  [
    "the first line of /opt/dev-one/service/run ends with a carriage return; save it with Unix line ends.",
    (root) => {
      root.write(RUN, "#!/bin/bash\r\nexec true\r\n", 0o755);
    },
  ],
  [
    "another user than root cannot execute /opt/dev-one/service/run; chmod --recursive a+rX /opt/dev-one.",
    (root) => {
      chmodSync(root.path("opt/dev-one"), 0o700);
    },
  ],
  [
    "everyone can write below /opt/dev-one/service; chmod --recursive go-w it.",
    (root) => {
      chmodSync(root.path(RUN), 0o777);
    },
  ],
  ["/etc/machine-id has an id; truncate --size 0 /etc/machine-id.", write("etc/machine-id", "4f2c\n")],
  [
    "/var/lib/cloud/instances is left of cloud-init, which would not run user data again; cloud-init clean --logs.",
    write("var/lib/cloud/instances/i-1/boot-finished", ""),
  ],
  [
    "/home/ec2-user/.ssh/authorized_keys has keys; remove it.",
    write("home/ec2-user/.ssh/authorized_keys", "ssh-ed25519 A"),
  ],
  ["/root/.ssh/authorized_keys has keys; remove it.", write("root/.ssh/authorized_keys", "ssh-ed25519 A")],
  ["/etc/ssh/ssh_host_ed25519_key has keys; remove it.", write("etc/ssh/ssh_host_ed25519_key", "key")],
  ["/root/.aws may hold credentials; remove it.", write("root/.aws/credentials", "key")],
  ["/home/ec2-user/.ssh/id_ed25519 may hold credentials; remove it.", write("home/ec2-user/.ssh/id_ed25519", "key")],
  ["/home/ec2-user/.bash_history may hold credentials; remove it.", write("home/ec2-user/.bash_history", "ls")],
  [
    "/etc/dev-one is of a server that ran; build from Amazon's image, not from a server.",
    write("etc/dev-one/environment", ""),
  ],
];

const named = (lines: readonly string[]): string[] => lines.map((line) => `check-image: ${line}`);

// Only root can change the root directory.
(process.getuid?.() === 0 ? describe : describe.skip)("check-image, run inside of an image", () => {
  test("finds nothing to say about a finished image", () => {
    expect(new ScratchRoot().run(check)).toEqual({
      status: 0,
      lines: ["check-image: a server can start from this image."],
    });
  });

  test.each(faults)("says: %s", (line, make) => {
    const root = new ScratchRoot();
    make(root);
    expect(root.run(check)).toEqual({
      status: 1,
      lines: [...named([line]), "check-image: problems: 1; no image is made."],
    });
  });

  test("names everything that is wrong at once", () => {
    const root = new ScratchRoot();
    // Where two faults are in the same place, the first.
    const places = [
      "awk",
      "aws is missing",
      "nginx",
      "SSM",
      "GiB",
      "run is not",
      "machine-id",
      "instances",
      "authorized",
      "host_",
      ".aws",
      "history",
    ];
    const chosen = places.map(
      (place) => faults.find(([line]) => line.includes(place)) ?? (["", () => undefined] as Fault),
    );
    for (const [, make] of chosen) make(root);
    const { status, lines } = root.run(check);
    expect(status).toBe(1);
    expect(lines.toSorted()).toEqual(
      named([...chosen.map(([line]) => line), `problems: ${chosen.length}; no image is made.`]).toSorted(),
    );
  });

  test("has nothing to say after clean-image", () => {
    const root = new ScratchRoot();
    const left = faults.filter(([line]) => /machine-id|instances|authorized_keys|host_|bash_history/.test(line));
    expect(left).toHaveLength(6);
    for (const [, make] of left) make(root);
    root.write("tmp/service/run", "");
    expect(root.run(check).status).toBe(1);
    expect(root.run(join(directory, "clean-image"))).toEqual({ status: 0, lines: [] });
    expect(root.run(check)).toMatchObject({ status: 0 });
    expect(existsSync(root.path("tmp/service"))).toBe(false);
  });
});
