// @cercle/api-cps: cards of the CPS family from Node.
export { type Card, type Certificates, createChallenge, encipher, type Pin, verifyAnswer } from "./card.ts";
export { type Cps, type CpsOptions, openCps } from "./cps.ts";
export { CpsError, type CpsErrorCode } from "./errors.ts";
export { type CardType, type CardVersion, type Identity, knownVersions, type Situation } from "./identity.ts";
export { openPcsc } from "./pcsc.ts";
export { openPkcs11, usualModules } from "./pkcs11.ts";
export type { CardOperations, CardSession, CardTransport, KeyUse, ReaderEvent, ReaderState, Token } from "./transport.ts";
