import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

import { parse } from "@cdktf/hcl2json";
import { scratchDirectory } from "@dev-one/cli/test/files";

const directory = resolve(__dirname, "../../image");
const template = readFileSync(join(directory, "service.pkr.hcl"), "utf8");

interface Template {
  readonly source: { "amazon-ebs": { service: Record<string, unknown>[] } };
  readonly build: { provisioner: { shell: { inline: string[] }[]; file: { source: string }[] } }[];
}

/** Runs Packer; undefined where it is not installed. */
function packer(...args: string[]): { readonly status: number | null; readonly output: string } | undefined {
  const { error, status, stdout, stderr } = spawnSync("packer", args, {
    encoding: "utf8",
    env: { ...process.env, CHECKPOINT_DISABLE: "1" },
  });
  return error === undefined ? { status, output: stdout + stderr } : undefined;
}
const withPacker = packer("version") === undefined ? test.skip : test;

describe("the Packer template of an image", () => {
  let source: Record<string, unknown>;
  let build: Template["build"][number];

  beforeAll(async () => {
    const parsed = (await parse("service.pkr.hcl", template)) as unknown as Template;
    [source = {}] = parsed.source["amazon-ebs"].service;
    [build = { provisioner: { shell: [], file: [] } }] = parsed.build;
  });

  test("builds from Amazon Linux 2023 of Amazon, of the architecture of the servers", () => {
    expect(source.source_ami_filter).toMatchObject([
      {
        owners: ["amazon"],
        filters: { name: "al2023-ami-2023.*-kernel-*-${var.architecture}", architecture: "${var.architecture}" },
      },
    ]);
  });

  test("requires IMDSv2, of the instance that builds and of servers", () => {
    expect(source).toMatchObject({ imds_support: "v2.0", metadata_options: [{ http_tokens: "required" }] });
  });

  test("has an encrypted gp3 root volume, as the launch template of servers", () => {
    expect(source.launch_block_device_mappings).toMatchObject([
      { device_name: "/dev/xvda", volume_type: "gp3", encrypted: true, kms_key_id: "${var.kms_key_id}" },
    ]);
  });

  test("is shared with the named accounts only", () => {
    expect(source.ami_users).toBe("${var.account_ids}");
    // `ami_groups = ["all"]` makes an image public, and organizations are more than two accounts.
    expect(
      Object.keys(source).filter((key) =>
        /^(ami_groups|ami_org_arns|ami_ou_arns|snapshot_.*users|snapshot_groups)$/.test(key),
      ),
    ).toEqual([]);
  });

  test("cleans and checks the image at the end", () => {
    expect(build.provisioner.shell.at(-1)?.inline.slice(0, 2)).toEqual([
      "sudo bash /tmp/clean-image",
      "sudo bash /tmp/check-image",
    ]);
    expect(build.provisioner.file.map((file) => file.source)).toEqual([
      "${var.folder}/",
      "${path.root}/clean-image",
      "${path.root}/check-image",
    ]);
  });

  withPacker("has Packer's format", () => {
    expect(packer("fmt", "-check", "-diff", directory)).toEqual({ status: 0, output: "" });
  });

  withPacker("has no error of syntax", () => {
    // Debian's Packer is older than the block with the plugins.
    const scratch = scratchDirectory();
    const file = join(scratch, "service.pkr.hcl");
    writeFileSync(file, template.replace(/^packer \{\n.*?^\}\n/ms, ""));
    expect(packer("validate", "-syntax-only", file)).toMatchObject({ status: 0 });
  });
});
