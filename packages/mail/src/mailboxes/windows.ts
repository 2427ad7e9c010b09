// Messages read together: as many as lie in memory at the same time, one at least.

export function windows<Message extends { readonly size: number }>(messages: readonly Message[], most: number): readonly (readonly Message[])[] {
  const made: Message[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const message of messages) {
    if (bytes + message.size > most) {
      made.push([]);
      bytes = 0;
    }
    made.at(-1)?.push(message);
    bytes += message.size;
  }
  return made;
}
