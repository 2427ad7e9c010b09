// The discovery document, as the national service publishes it (psc.md §1.2): odd values included. What it advertises and the
// service does not do is in docs/deviations.md.

const realmPath = "/auth/realms/esante-wallet";
const protocolPath = "/protocol/openid-connect";

/** Paths under the issuer, Keycloak's. */
export const endpoints = {
  token: `${protocolPath}/token`,
  userinfo: `${protocolPath}/userinfo`,
  introspection: `${protocolPath}/token/introspect`,
  revocation: `${protocolPath}/revoke`,
  jwks: `${protocolPath}/certs`,
  end_session: `${protocolPath}/logout`,
  backchannel_authentication: `${protocolPath}/ext/ciba/auth`,
  pushed_authorization_request: `${protocolPath}/ext/par/request`,
} as const;

export const wellKnownPaths = [`${realmPath}/.well-known/wallet-openid-configuration`, `${realmPath}/.well-known/openid-configuration`] as const;
export { realmPath };

export const scopes = [
  "openid",
  "microprofile-jwt",
  "rpps",
  "referentiel",
  "web-origins",
  "basic",
  "identity",
  "acr",
  "offline_access",
  "eidas1",
  "profile",
  "roles",
  "email",
  "scope_all",
  "phone",
  "interop",
  "scope_1",
  "address",
  "scope_2",
  "eidas2",
] as const;

const signing = ["PS384", "RS384", "EdDSA", "ES384", "HS256", "HS512", "ES256", "RS256", "HS384", "ES512", "PS256", "PS512", "RS512"];
const clientAuth = ["private_key_jwt", "client_secret_basic", "client_secret_post", "tls_client_auth", "client_secret_jwt"];

/** `issuer` and `wallet` are origins with the issuer's path; `mtls` is the origin of the endpoints with mutual TLS. */
export function buildDiscovery({ issuer, wallet, mtls }: { issuer: string; wallet: string; mtls: string }): Record<string, unknown> {
  const at = (path: string): string => `${issuer}${path}`;
  const secured = (path: string): string => `${mtls}${realmPath}${path}`;
  const device = `${protocolPath}/auth/device`;
  const registration = "/clients-registrations/openid-connect";
  return {
    issuer,
    authorization_endpoint: `${wallet}/auth`,
    token_endpoint: at(endpoints.token),
    introspection_endpoint: at(endpoints.introspection),
    userinfo_endpoint: at(endpoints.userinfo),
    end_session_endpoint: at(endpoints.end_session),
    frontchannel_logout_session_supported: true,
    frontchannel_logout_supported: true,
    jwks_uri: at(endpoints.jwks),
    check_session_iframe: at(`${protocolPath}/login-status-iframe.html`),
    grant_types_supported: [
      "authorization_code",
      "implicit",
      "refresh_token",
      "password",
      "client_credentials",
      "urn:openid:params:grant-type:ciba",
      "urn:ietf:params:oauth:grant-type:device_code",
    ],
    acr_values_supported: ["0", "0"],
    response_types_supported: ["code", "none", "id_token", "token", "id_token token", "code id_token", "code token", "code id_token token"],
    subject_types_supported: ["public", "pairwise"],
    id_token_signing_alg_values_supported: signing,
    userinfo_signing_alg_values_supported: [...signing, "none"],
    request_object_signing_alg_values_supported: [...signing, "none"],
    response_modes_supported: ["query", "fragment", "form_post", "query.jwt", "fragment.jwt", "form_post.jwt", "jwt"],
    registration_endpoint: at(registration),
    token_endpoint_auth_methods_supported: clientAuth,
    token_endpoint_auth_signing_alg_values_supported: signing,
    introspection_endpoint_auth_methods_supported: clientAuth,
    introspection_endpoint_auth_signing_alg_values_supported: signing,
    claims_supported: ["aud", "sub", "iss", "auth_time", "name", "given_name", "family_name", "preferred_username", "email", "acr"],
    claim_types_supported: ["normal"],
    claims_parameter_supported: true,
    scopes_supported: [...scopes],
    request_parameter_supported: true,
    request_uri_parameter_supported: true,
    require_request_uri_registration: true,
    code_challenge_methods_supported: ["plain", "S256"],
    tls_client_certificate_bound_access_tokens: true,
    revocation_endpoint: at(endpoints.revocation),
    revocation_endpoint_auth_methods_supported: clientAuth,
    revocation_endpoint_auth_signing_alg_values_supported: signing,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
    device_authorization_endpoint: at(device),
    backchannel_token_delivery_modes_supported: ["poll", "ping"],
    backchannel_authentication_endpoint: at(endpoints.backchannel_authentication),
    require_pushed_authorization_requests: false,
    pushed_authorization_request_endpoint: at(endpoints.pushed_authorization_request),
    mtls_endpoint_aliases: {
      token_endpoint: secured(endpoints.token),
      revocation_endpoint: secured(endpoints.revocation),
      introspection_endpoint: secured(endpoints.introspection),
      device_authorization_endpoint: secured(device),
      registration_endpoint: secured(registration),
      userinfo_endpoint: secured(endpoints.userinfo),
      pushed_authorization_request_endpoint: secured(endpoints.pushed_authorization_request),
      backchannel_authentication_endpoint: secured(endpoints.backchannel_authentication),
    },
    authorization_response_iss_parameter_supported: true,
  };
}
