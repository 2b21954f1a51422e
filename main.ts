import { App, TerraformStack } from "cdktf";
import { Vpc } from "@cdktf/provider-aws/lib/vpc";
import {parseCidr} from "cidr-tools";
import * as z from "zod";
console.log(z.string().parse(parseCidr("10.0.0.0/8").ip));
const app = new App(); const s = new TerraformStack(app, "x"); new Vpc(s, "v", {cidrBlock: "10.0.0.0/16"}); app.synth();
