// What a device signs. Shared by the library and the server; no import, so that it runs anywhere.

export type SignedFacts = {
  readonly path: string;
  readonly device: string;
  readonly challenge: string;
  readonly counter: number;
  /** The payload's exact JSON text. */
  readonly payload: string;
};

/** One line each; none of the first four can hold a line feed, and the payload is last. */
export function buildSignedText({ path, device, challenge, counter, payload }: SignedFacts): string {
  return `e-cps-1\n${path}\n${device}\n${challenge}\n${counter}\n${payload}`;
}

/** What proves, at the end of an activation, that the telephone holds the private key of the public one it sent. */
export function buildActivationText({ verification, termsVersion }: { verification: string; termsVersion: string }): string {
  return `e-cps-activation-1\n${verification}\n${termsVersion}`;
}
