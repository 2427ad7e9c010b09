// The guard for a data provider's own process: no workspace package behind it.
export { type ApiClaims, askIntrospection, createGuard, type GuardParts, type GuardRefusal, type GuardVerdict } from "./guard.ts";
export { hexThumbprintOf, namesCertificate, readThumbprint, thumbprintOf } from "./thumbprint.ts";
