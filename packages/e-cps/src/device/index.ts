// The e-CPS device as a library: no Node built-in, no browser API but WebCrypto and fetch.
export {
  createDevice,
  createFetchTransport,
  createMemoryKeep,
  type Device,
  type DeviceFacts,
  type DeviceKeep,
  type DeviceKeys,
  type DeviceRecord,
  DeviceRefusal,
  type Transport,
} from "./device.ts";
export type {
  Decided,
  Decision,
  IdentityView,
  ProblemBody,
  Proof,
  ProvenVerification,
  StartedVerification,
  TermsArticle,
  TermsDocument,
  Waiting,
  WaitingRequest,
  Words,
} from "./protocol.ts";
