// The label: applications, referentials, evidence, levels, public list, logos.
export { labelCommands } from "./commands.ts";
export { labelErrors } from "./errors.ts";
export { createLabel, type Label, listRight, logoRight } from "./label.ts";
export type { LabelFiles, LabelPorts } from "./ports.ts";
export { publicFields } from "./public-list.ts";
export { importReferential } from "./referentials.ts";
export { sampleReferential } from "./sample-referential.ts";
export { labelSettings } from "./settings.ts";
export { labelTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const labelMigrations = { room: "label", folder: new URL("../migrations", import.meta.url) };
