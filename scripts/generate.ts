// `npm run generate`.
import { resolve } from "node:path";
import { writePages } from "./generate-pages.ts";

await writePages(resolve(import.meta.dirname, ".."));
