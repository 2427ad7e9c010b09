// Why a client may not be served: in words that a developer can act on, with right, file, entry and clause (PSC-25).
import { errors } from "oidc-provider";
import type { ClientDoor } from "../ports.ts";

/** Undefined when the client's right is open. Pure. */
export function clientObjection(clientId: string, door: ClientDoor): string | undefined {
  if (door.lost) return "The governance of this space has not been reached for 5 seconds: the right client.sign-in cannot be confirmed. Try again.";
  const right = door.find(clientId);
  if (!right) return `Right client.sign-in was never given to ${clientId}. A file must give it first.`;
  if (right.state === "open") return undefined;
  return `Right client.sign-in of ${clientId} is closed since ${right.since} by entry ${right.entry} of file ${right.reference}, under ${right.clause}.`;
}

/** RFC 6749 §5.2: `unauthorized_client`. */
export function refuseClient(description: string): errors.OIDCProviderError {
  return Object.assign(new errors.UnauthorizedClient(description), { error_description: description, allow_redirect: false });
}

export const personGone = "The person is no longer in the health directory, or no longer practises: sign-in is refused (PSC, definitions).";
