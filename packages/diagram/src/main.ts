import { runMain } from "@dev-one/cli/user-error";

import { drawOrCheck } from "./command";
import { diagrams } from "./pictures";

await runMain(() => drawOrCheck(diagrams, process.argv.slice(2)));
