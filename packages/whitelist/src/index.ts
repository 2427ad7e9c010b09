// The signed list of domains. Pure: no input or output, no clock of its own.
export { buildXml, parseXml, type Whitelist, type WhitelistEntry } from "./document.ts";
export { whitelistErrors } from "./errors.ts";
export { buildLookup, type Lookup } from "./lookup.ts";
export { type ListSigner, signJson, signWhitelist } from "./sign.ts";
export { whitelistTexts } from "./texts.ts";
export { type Verification, type Verified, verifyWhitelist, type Warning } from "./verify.ts";
