// @cercle/api-cps: cards of the CPS family from Node.

export { type Card, type Certificates, createChallenge, encipher, type Pin, verifyAnswer } from "./card.ts";
export { type Refusal, type Trust, type Verdict, verifyCertificate } from "./chain.ts";
export { decrypt, encryptFor, type SignatureVerdict, type SignedMessage, signCms, verifyCms } from "./cms.ts";
export { type Cps, type CpsOptions, openCps } from "./cps.ts";
export { examine, type Finding } from "./doctor.ts";
export { CpsError, type CpsErrorCode } from "./errors.ts";
export { type CardType, type CardVersion, type Identity, knownVersions, type Situation } from "./identity.ts";
export { decryptMail, encryptMail, signMail, verifyMail } from "./mail.ts";
export { openPcsc } from "./pcsc.ts";
export { signPdf, verifyPdf } from "./pdf.ts";
export { openPkcs11, usualModules } from "./pkcs11.ts";
export { type TlsOptions, tlsOptions } from "./tls.ts";
export type { CardOperations, CardSession, CardTransport, KeyUse, ReaderEvent, ReaderState, Token } from "./transport.ts";
