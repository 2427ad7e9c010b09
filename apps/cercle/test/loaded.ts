// Loaded before a command (`NODE_OPTIONS=--import`): at its end, the packages whose modules it loaded, a JSON line on stderr.
import { registerHooks } from "node:module";

const packages = new Set<string>();
registerHooks({
  load(url, context, next) {
    const name = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1];
    if (name) packages.add(name);
    return next(url, context);
  },
});
process.on("exit", () => process.stderr.write(`${JSON.stringify([...packages].toSorted())}\n`));
