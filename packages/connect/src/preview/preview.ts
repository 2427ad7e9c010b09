// Try and see: what a client would receive for a person, without a sign-in; each member with its source, and what profiles change.
import type { Text } from "@cercle/kernel";
import type { Client } from "../clients/clients.ts";
import type { Professional } from "../ports.ts";
import { buildAccessClaims, buildIdClaims, buildUserInfo } from "../provider/claims.ts";
import { type ProfileName, profileNames, profiles } from "../provider/profiles.ts";

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

export const previewDocuments = ["discovery", "token_response", "id_token", "access_token", "userinfo", "introspection"] as const;

const of = (fr: string, en: string): Text => ({ fr, en });
const nationalId = of("annuaire : identifiant national", "directory: national identifier");
const environment = of("environnement", "environment");
const constant = of("constante", "constant");
const profile = of("profil", "profile");
const session = of("session", "session");
const client = of("client", "client");

/** Where each member comes from; what discovery says is its environment's. */
export const sourceTexts: Readonly<Record<string, Text>> = {
  sub: of("annuaire : sujet stable, f:<uuid>:<identifiant national>", "directory: stable subject, f:<uuid>:<national id>"),
  preferred_username: nationalId,
  username: nationalId,
  SubjectNameID: nationalId,
  given_name: of("annuaire : prénom d’état civil", "directory: civil given name"),
  family_name: of("annuaire : nom d’état civil", "directory: civil family name"),
  codeCivilite: of("annuaire : civilité", "directory: civil title"),
  codeGenreActivite: of("annuaire : première activité", "directory: first activity"),
  otherIds: of("annuaire : identifiants avec leur origine", "directory: identifiers with their origin"),
  SubjectRole: of("annuaire : codes de profession ^ TRE_G15", "directory: profession codes ^ TRE_G15"),
  Secteur_Activite: of("annuaire : secteur de la première activité ^ TRE_R02", "directory: sector of the first activity ^ TRE_R02"),
  SubjectOrganization: of("annuaire : première activité, raisonSocialeSite", "directory: first activity, raisonSocialeSite"),
  SubjectOrganizationID: of("annuaire : première activité, identifiantTechniqueDeLaStructure", "directory: first activity, identifiantTechniqueDeLaStructure"),
  SubjectRefPro: of("annuaire : chaque exercice et activité, trente clés chacune", "directory: every exercise and activity, thirty keys each"),
  acr: of("profil et moyen d’authentification", "profile and means of authentication"),
  auth_level: profile,
  authMode: of("moyen d’authentification", "means of authentication"),
  auth_time: of("connexion", "sign-in"),
  session_state: session,
  sid: session,
  nonce: of("demande", "request"),
  scope: of("demande", "request"),
  azp: client,
  aud: client,
  client_id: client,
  exp: of("profil : durée de vie", "profile: lifetime"),
  expires_in: of("profil : durée de vie", "profile: lifetime"),
  iat: of("heure d’émission", "time of issue"),
  jti: of("tiré au sort", "drawn at random"),
  iss: environment,
  active: of("droit du client, personne, session", "right of the client, person, session"),
  test: of("mode bac à sable", "mode sandbox"),
  email_verified: of("profil (avant 2023)", "profile (before 2023)"),
  typ: constant,
  token_type: constant,
  refresh_expires_in: constant,
  "not-before-policy": constant,
  Palier_Authentification: constant,
  PSI_Locale: constant,
  UITVersion: constant,
  Mode_Acces_Raison: constant,
  Acces_Regulation_Medicale: constant,
};

const sources: Readonly<Record<string, string>> = Object.fromEntries(Object.entries(sourceTexts).map(([member, text]) => [member, text.en]));

function documents({ client, person, issuer, mode }: PreviewFacts, name: ProfileName): Record<string, Members> {
  const profile = profiles[name];
  const mark = mode === "sandbox" ? { test: true } : {};
  const facts = { amr: ["e-cps"], authTime: 0, sid: "00000000-0000-4000-a000-000000000000", nonce: "" };
  const times = { exp: profile.accessTokenTtl, iat: 0 };
  const access = {
    ...times,
    jti: "…",
    iss: issuer,
    sub: person.subjectId,
    ...buildAccessClaims(person, profile, facts, client.id),
    ...mark,
    scope: "openid scope_all",
  };
  return {
    id_token: { ...times, iss: issuer, sub: person.subjectId, aud: client.id, sid: facts.sid, ...buildIdClaims(person, profile, facts, client.id), ...mark },
    access_token: access,
    userinfo: buildUserInfo(person, profile, facts.amr),
    introspection: { ...access, client_id: client.id, username: person.nationalId, SubjectNameID: person.nationalId, active: true },
    token_response: { expires_in: profile.accessTokenTtl, refresh_expires_in: 1800, token_type: "Bearer", "not-before-policy": 0, scope: "openid scope_all" },
  };
}

type PreviewFacts = {
  readonly client: Client;
  readonly person: Professional;
  readonly issuer: string;
  readonly mode: "sandbox" | "live";
};

/** Pure. */
export function buildPreview(facts: PreviewFacts & { readonly profile: ProfileName; readonly discovery: Members }): Preview {
  const { profile } = facts;
  const here = documents(facts, profile);
  return {
    profile,
    discovery: facts.discovery,
    ...(here as Record<"id_token" | "access_token" | "userinfo" | "introspection" | "token_response", Members>),
    sources,
    differences: Object.fromEntries(profileNames.filter((name) => name !== profile).map((name) => [name, compare(here, documents(facts, name))])),
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
