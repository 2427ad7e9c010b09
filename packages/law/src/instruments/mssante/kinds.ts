// MSSanté operator contract: what may be recorded, in the order of the articles.
import type { EntryKind } from "../../engine/definition.ts";
import { controlsKinds } from "./kinds/controls.ts";
import { endKinds } from "./kinds/end.ts";
import { integrationKinds } from "./kinds/integration.ts";
import { referencesKinds } from "./kinds/references.ts";
import { serviceKinds } from "./kinds/service.ts";

export const kinds: Readonly<Record<string, EntryKind>> = {
  ...integrationKinds,
  ...serviceKinds,
  ...controlsKinds,
  ...referencesKinds,
  ...endKinds,
};
