// MSSanté operator contract: every clause that has a clock, as data, in the order of the articles. The article is the truth; `about` is our wording.
import type { Clause } from "../../engine/definition.ts";
import { controlsClauses } from "./clauses/controls.ts";
import { endClauses } from "./clauses/end.ts";
import { integrationClauses } from "./clauses/integration.ts";
import { referencesClauses } from "./clauses/references.ts";
import { serviceClauses } from "./clauses/service.ts";

export const clauses: readonly Clause[] = [...integrationClauses, ...serviceClauses, ...controlsClauses, ...referencesClauses, ...endClauses];
