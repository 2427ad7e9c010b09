// Pro Santé Connect terms: what may be recorded, in the order of the articles.
import type { EntryKind } from "../../engine/definition.ts";
import { accessKinds } from "./kinds/access.ts";
import { auditKinds } from "./kinds/audit.ts";
import { dataKinds } from "./kinds/data.ts";
import { formalNoticeKinds } from "./kinds/formal-notice.ts";
import { termsKinds } from "./kinds/terms.ts";

export { sinceRemoval } from "./kinds/vocabulary.ts";

export const kinds: Readonly<Record<string, EntryKind>> = {
  ...accessKinds,
  ...termsKinds,
  ...auditKinds,
  ...formalNoticeKinds,
  ...dataKinds,
};
