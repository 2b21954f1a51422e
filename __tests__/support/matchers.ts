// CDKTF's matchers, such as `toHaveResourceWithProperties`; imported for its effect. They want Terraform's snake_case keys.
import "cdktf/lib/testing/adapters/jest";

import { Testing } from "cdktf";

Testing.setupJest();
