// What every room speaks. A closed list: a new public name here is a decision (docs/decisions/).
export { canonicalJson, type Json } from "./canonical.ts";
export type { ApiReply, ApiRequest, Command, CommandContext, CommandInput, CommandOption } from "./command.ts";
export { nameKey, parseName, type Rdn, rdnKey, sameName } from "./distinguished-name.ts";
export { defineEvent, type EventKind, type NewEvent } from "./events.ts";
export { foldName } from "./fold.ts";
export { type CheckRule, checkIdentifier, checkRules, type IdentifierScheme } from "./identifier-scheme.ts";
export { type Id, isId, newId } from "./ids.ts";
export { defineErrors, type ErrorCatalogue, type ErrorDeclaration, type ErrorDeclarations, Refusal, type RefusalFacts } from "./refusal.ts";
export { defineSettings, environmentName, readSettings, type Setting, type SettingProblem, type Settings, type SettingValues } from "./settings.ts";
export { chooseLanguage, defineTexts, type Language, languages, say, type Text, type TextParams, type Texts } from "./texts.ts";
export { type Clock, realClock, Temporal, toInstant } from "./time.ts";
