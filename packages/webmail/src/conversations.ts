// Messages of a list that answer each other, newest conversation first. Pure.
export type Listed = {
  readonly uid: number;
  readonly seen: boolean;
  readonly flagged: boolean;
  readonly answered: boolean;
  /** A read receipt was sent, or refused. */
  readonly receiptSettled: boolean;
  readonly subject: string;
  readonly who: string;
  readonly at: number;
  readonly size: number;
  readonly messageId: string | undefined;
  readonly inReplyTo: string | undefined;
};
export type Conversation = { readonly last: Listed; readonly messages: readonly Listed[]; readonly unseen: number };

const bareId = (id: string | undefined): string | undefined => /<([^<>]+)>/.exec(id ?? "")?.[1] ?? (id?.trim() || undefined);

/** By Message-ID and In-Reply-To (RFC 5322 §3.6.4); a circle of answers is one conversation. */
export function gatherConversations(messages: readonly Listed[]): readonly Conversation[] {
  const leader = new Map<number, number>(messages.map(({ uid }) => [uid, uid]));
  const find = (uid: number): number => {
    let at = uid;
    for (let next = leader.get(at) ?? at; next !== at; next = leader.get(at) ?? at) at = next;
    return at;
  };
  const byId = new Map(messages.flatMap(({ uid, messageId }) => (bareId(messageId) ? [[bareId(messageId), uid] as const] : [])));
  // Answers to a message that is not in this list belong together too.
  const byMissing = new Map<string, number>();
  for (const { uid, inReplyTo } of messages) {
    const wanted = bareId(inReplyTo);
    if (wanted === undefined) continue;
    const parent = byId.get(wanted) ?? byMissing.get(wanted);
    if (parent === undefined) byMissing.set(wanted, uid);
    else leader.set(find(uid), find(parent));
  }
  const groups = Map.groupBy(messages, ({ uid }) => find(uid));
  return [...groups.values()]
    .map((group) => {
      const sorted = group.toSorted((a, b) => b.at - a.at || b.uid - a.uid);
      return { last: sorted[0] as Listed, messages: sorted, unseen: group.filter(({ seen }) => !seen).length };
    })
    .toSorted((a, b) => b.last.at - a.last.at || b.last.uid - a.last.uid);
}
