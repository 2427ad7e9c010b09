// Try and see: what a client would receive for a person, without a sign-in; each member with its source, and what profiles change.
import { buildAccessClaims, buildIdClaims, buildUserInfo } from "./claims.ts";
import type { Client } from "./clients.ts";
import type { Professional } from "./ports.ts";
import { type ProfileName, profileNames, profiles } from "./profiles.ts";

type Members = Record<string, unknown>;
export type Preview = {
  readonly profile: ProfileName;
  readonly discovery: Members;
  readonly id_token: Members;
  readonly access_token: Members;
  readonly userinfo: Members;
  readonly introspection: Members;
  readonly token_response: Members;
  /** Where each member comes from. */
  readonly sources: Readonly<Record<string, string>>;
  /** For each other profile, the members that differ, as `document.member`. */
  readonly differences: Readonly<Record<string, Readonly<Record<string, { here: unknown; there: unknown }>>>>;
};

const sources: Readonly<Record<string, string>> = {
  sub: "directory: stable subject, f:<uuid>:<national id>",
  preferred_username: "directory: national identifier",
  SubjectNameID: "directory: national identifier",
  given_name: "directory: civil given name",
  family_name: "directory: civil family name",
  otherIds: "directory: identifiers with their origin",
  SubjectRole: "directory: profession codes ^ TRE_G15",
  Secteur_Activite: "directory: sector of the first activity ^ TRE_R02",
  SubjectOrganization: "directory: first activity, raisonSocialeSite",
  SubjectOrganizationID: "directory: first activity, identifiantTechniqueDeLaStructure",
  SubjectRefPro: "directory: every exercise and activity, thirty keys each",
  acr: "profile and means of authentication",
  auth_level: "profile",
  authMode: "means of authentication",
  auth_time: "sign-in",
  session_state: "session",
  sid: "session",
  nonce: "request",
  azp: "client",
  test: "mode sandbox",
  Palier_Authentification: "constant",
  PSI_Locale: "constant",
  UITVersion: "constant",
  Mode_Acces_Raison: "constant",
  Acces_Regulation_Medicale: "constant",
};

function documents(client: Client, person: Professional, name: ProfileName, issuer: string): Record<string, Members> {
  const profile = profiles[name];
  const facts = { amr: ["e-cps"], authTime: 0, sid: "00000000-0000-4000-a000-000000000000", nonce: "" };
  const times = { exp: profile.accessTokenTtl, iat: 0 };
  const access = { ...times, jti: "…", iss: issuer, sub: person.subjectId, ...buildAccessClaims(person, profile, facts, client.id), scope: "openid scope_all" };
  return {
    id_token: { ...times, iss: issuer, sub: person.subjectId, aud: client.id, sid: facts.sid, ...buildIdClaims(person, profile, facts, client.id) },
    access_token: access,
    userinfo: buildUserInfo(person, profile, facts.amr),
    introspection: { ...access, client_id: client.id, username: person.nationalId, SubjectNameID: person.nationalId, active: true },
    token_response: { expires_in: profile.accessTokenTtl, refresh_expires_in: 1800, token_type: "Bearer", "not-before-policy": 0, scope: "openid scope_all" },
  };
}

/** Pure. */
export function buildPreview(facts: { client: Client; person: Professional; profile: ProfileName; issuer: string; discovery: Members }): Preview {
  const { client, person, profile, issuer } = facts;
  const here = documents(client, person, profile, issuer);
  const differences = Object.fromEntries(
    profileNames.filter((name) => name !== profile).map((name) => [name, compare(here, documents(client, person, name, issuer))]),
  );
  return {
    profile,
    discovery: facts.discovery,
    ...(here as Record<"id_token" | "access_token" | "userinfo" | "introspection" | "token_response", Members>),
    sources,
    differences,
  };
}

function compare(here: Record<string, Members>, there: Record<string, Members>): Record<string, { here: unknown; there: unknown }> {
  const out: Record<string, { here: unknown; there: unknown }> = {};
  for (const document of Object.keys(here)) {
    const [a = {}, b = {}] = [here[document], there[document]];
    for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
      if (JSON.stringify(a[key]) !== JSON.stringify(b[key])) out[`${document}.${key}`] = { here: a[key] ?? null, there: b[key] ?? null };
    }
  }
  return out;
}
