#!/usr/bin/env node
// The `cercle` command: hands over to the pinned Node at once.
import { join } from "node:path";
import { launch, root } from "../../scripts/launch.js";

launch(join(root, "apps", "cercle", "src", "main.ts"), process.argv.slice(2));
