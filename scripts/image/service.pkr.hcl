# An image with the program of a service: README.md.
packer {
  required_plugins {
    amazon = {
      source  = "github.com/hashicorp/amazon"
      version = "~> 1.3"
    }
  }
}

variable "service" {
  type        = string
  description = "Name of the service, as in services of src/environments."
}

variable "version" {
  type        = string
  description = "Version of the release."
}

variable "folder" {
  type        = string
  description = "Folder with run, and install if there is one. It becomes /opt/dev-one/service."
}

variable "architecture" {
  type        = string
  description = "Of the servers: x86_64 (m3, m7i) or arm64 (m7g)."
  default     = "x86_64"

  validation {
    condition     = contains(["x86_64", "arm64"], var.architecture)
    error_message = "The architecture is x86_64 or arm64."
  }
}

variable "region" {
  type        = string
  description = "Region of the environments. A launch template takes an image of its own region only."
  default     = "us-east-1"
}

variable "account_ids" {
  type        = list(string)
  description = "Accounts of staging and production, with which image and snapshot are shared."
}

variable "kms_key_id" {
  type        = string
  description = "Customer managed key that encrypts the snapshot. Snapshots with the key aws/ebs cannot be shared."
}

source "amazon-ebs" "service" {
  ami_name        = "dev-one-${var.service}-${var.version}-${var.architecture}"
  ami_description = "Amazon Linux 2023 with ${var.service} ${var.version}"
  region          = var.region
  # Nitro types of the same architecture as the servers; an image of x86_64 boots on Xen (m3), too.
  instance_type = var.architecture == "arm64" ? "t4g.small" : "t3.small"
  ssh_username  = "ec2-user"
  # SSH from the machine that builds, and from nowhere else.
  temporary_security_group_source_public_ip = true

  source_ami_filter {
    filters = {
      name                = "al2023-ami-2023.*-kernel-*-${var.architecture}"
      architecture        = var.architecture
      root-device-type    = "ebs"
      virtualization-type = "hvm"
    }
    owners      = ["amazon"]
    most_recent = true
  }

  # The instance that builds, and servers that start from the image: IMDSv2 only.
  imds_support = "v2.0"
  metadata_options {
    http_endpoint               = "enabled"
    http_tokens                 = "required"
    http_put_response_hop_limit = 1
  }

  # Shared with two accounts, and with nobody else: an image is public only by `ami_groups`.
  ami_users = var.account_ids

  # Smaller than the root volume of servers (`servers.rootVolumeGib`, 30 GiB), which they grow at boot.
  launch_block_device_mappings {
    device_name           = "/dev/xvda"
    volume_type           = "gp3"
    volume_size           = 8
    encrypted             = true
    kms_key_id            = var.kms_key_id
    delete_on_termination = true
  }

  tags = {
    Name    = "dev-one-${var.service}"
    service = var.service
    version = var.version
    project = "dev-one"
    source  = "{{ .SourceAMI }}"
  }
  snapshot_tags = {
    Name    = "dev-one-${var.service}"
    service = var.service
    version = var.version
    project = "dev-one"
  }
  run_tags = {
    Name    = "dev-one-${var.service}-image"
    project = "dev-one"
  }
}

build {
  sources = ["source.amazon-ebs.service"]

  provisioner "shell" {
    inline = ["mkdir /tmp/service"]
  }
  provisioner "file" {
    # With a slash at the end, the content of the folder.
    source      = "${var.folder}/"
    destination = "/tmp/service"
  }
  provisioner "file" {
    source      = "${path.root}/clean-image"
    destination = "/tmp/clean-image"
  }
  provisioner "file" {
    source      = "${path.root}/check-image"
    destination = "/tmp/check-image"
  }

  provisioner "shell" {
    inline = [
      "sudo dnf upgrade --assumeyes --quiet",
      "sudo dnf install --assumeyes --quiet nginx dnf-automatic",
      "sudo systemctl disable nginx dnf-automatic.timer",
      "sudo install --directory --mode=0755 /opt/dev-one",
      "sudo cp --recursive --no-preserve=ownership /tmp/service /opt/dev-one/service",
      "sudo chmod --recursive a+rX,go-w /opt/dev-one/service",
    ]
  }

  # One step, because Packer cannot connect again without its key in authorized_keys.
  provisioner "shell" {
    inline     = ["sudo bash /tmp/clean-image", "sudo bash /tmp/check-image", "rm /tmp/clean-image /tmp/check-image"]
    skip_clean = true
  }
}
