import { runMain } from "@dev-one/cli/user-error";

import { drawOrCheck } from "../command";
import { previews } from "./pictures";

await runMain(() => drawOrCheck(previews, process.argv.slice(2)));
