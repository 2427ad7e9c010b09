// LDAP v3, read-only.
export { type Bound, type DirectoryPage, type DirectoryQuery, DirectoryRefusal, type LdapDirectory, type LdapEntry } from "./directory.ts";
export { type Filter, foldValue } from "./filter.ts";
export { type ResultCode, resultCode } from "./message.ts";
export { createLdapServer, type LdapServer, type LdapServerOptions } from "./server.ts";
