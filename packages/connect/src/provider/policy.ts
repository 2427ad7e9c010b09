// When a person must be asked something before a code is given: sign in, or say whose session it is.
import { interactionPolicy, type KoaContextWithOIDC } from "oidc-provider";

const { Check, Prompt, base } = interactionPolicy;

export function buildPolicy(): ReturnType<typeof base> {
  const policy = base();
  policy.remove("consent");
  // A person who left the directory has no account any more: the session is worth nothing.
  policy
    .get("login")
    ?.checks.add(
      new Check("person_gone", "the person of the session is no longer in the directory", (ctx) => Boolean(ctx.oidc.session?.accountId) && !ctx.oidc.account),
    );
  policy.add(
    new Prompt(
      { name: "confirm", requestable: false },
      new Check("open_session", "a session is open on this computer: whose is it?", "interaction_required", mustConfirm),
    ),
  );
  return policy;
}

/**
 * The page names whose session is open before a service new to it goes on; always on a computer that was said to be shared.
 * The same service coming back on one's own computer is not asked again, nor is `prompt=none`, which may show nothing.
 */
export function mustConfirm(ctx: KoaContextWithOIDC): boolean {
  const { session, client, result, params } = ctx.oidc;
  if (!session?.accountId || !client) return false;
  if (result?.login || (result as { confirm?: unknown } | undefined)?.confirm) return false;
  if (session.transient) return true;
  if (
    String(params?.prompt ?? "")
      .split(" ")
      .includes("none")
  )
    return false;
  return !session.authorizations?.[client.clientId]?.grantId;
}
