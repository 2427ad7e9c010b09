// What TLS every listener of mail speaks, and the queue towards partners: 1.2 and 1.3, forward secrecy and AEAD only (RFC 9325 §4.2).
import { constants } from "node:crypto";

export const tlsPolicy = {
  minVersion: "TLSv1.2",
  ciphers: [
    "TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_AES_128_GCM_SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "ECDHE-RSA-AES256-GCM-SHA384",
    "ECDHE-ECDSA-CHACHA20-POLY1305",
    "ECDHE-RSA-CHACHA20-POLY1305",
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256",
  ].join(":"),
  honorCipherOrder: true,
  ecdhCurve: "X25519:prime256v1:secp384r1",
  // A client that renegotiates over and over makes the server work for nothing.
  secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
} as const;
