// The label: applications, referentials, evidence, levels, public list, logos.
export { labelErrors } from "./errors.ts";
export { importReferential } from "./examination/referentials.ts";
export { sampleReferential } from "./examination/sample-referential.ts";
export { createLabel, type Label, listRight, logoRight } from "./label.ts";
export type { LabelFiles, LabelPorts } from "./ports.ts";
export { publicFields } from "./public/public-list.ts";
export { labelSettings } from "./settings.ts";
export { labelTexts } from "./texts.ts";

/** The room's migrations, for the program. */
export const labelMigrations = { room: "label", folder: new URL("../migrations", import.meta.url) };
