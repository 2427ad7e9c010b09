// IMAP4rev1, and the structure of messages that it needs.
export { type Address, buildEnvelope, type Envelope, parseAddresses } from "./envelope.ts";
export { type Headers, parameterised, parseHeaders, splitFields } from "./headers.ts";
export { type Part, parseStructure, type Structure, StructureReader } from "./mime.ts";
export type { SearchKey } from "./search.ts";
export { extractSection, parseSection } from "./section.ts";
export { createImapServer, type ImapServer, type ImapServerOptions } from "./server.ts";
export {
  type Authenticate,
  type Changes,
  type Copied,
  type Credentials,
  type FlagChange,
  type MailAccount,
  type Mailbox,
  MailRefusal,
  type MessageBytes,
  type OpenMailbox,
  type Status,
  type StoredMessage,
} from "./store.ts";
