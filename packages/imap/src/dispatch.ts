// From one whole command to its tagged reply: the table of commands, the states they need, the kinds of refusal.
import { type CommandHandler, type CommandTable, No } from "./commands/command.ts";
import { connectionCommands } from "./commands/connection-commands.ts";
import { mailboxCommands } from "./commands/mailbox-commands.ts";
import { messageCommands } from "./commands/message-commands.ts";
import { ConnectionEnded, type Session } from "./session.ts";
import { MailRefusal } from "./store.ts";
import { Arguments, type RawCommand, SyntaxFault, tokenise } from "./token.ts";

const commands: CommandTable = { ...connectionCommands, ...mailboxCommands, ...messageCommands };
const tagShape = /^[\x21-\x7e]{1,60}$/;

/** Answers one command; `onError` hears what nobody foresaw. */
export async function dispatch(session: Session, raw: RawCommand, onError: (error: unknown) => void): Promise<void> {
  let tag = "*";
  try {
    const args = new Arguments(tokenise(raw));
    const given = args.atom();
    if (!tagShape.test(given) || /[+%*(){"\\]/.test(given)) throw new SyntaxFault("not a tag");
    tag = given;
    session.tag = tag;
    const text = await run(session, args);
    if (text !== "") session.io.write(`${tag} OK ${text}\r\n`);
  } catch (error) {
    session.io.write(refusal(tag, error, onError));
  }
}

async function run(session: Session, args: Arguments): Promise<string> {
  let name = args.atom().toUpperCase();
  const byUid = name === "UID";
  if (byUid) name = args.atom().toUpperCase();
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (!command || (byUid && !(command.state === "selected" && command.uid))) throw new SyntaxFault("unknown command");
  const text = await inState(session, command, args, byUid);
  // Whatever happened meanwhile is told before the tagged reply, where sequence numbers may shift.
  if (session.selected && !session.over) {
    const holds = command.state === "selected" && command.holdsNumbers === true && !byUid;
    await session.synchronise({ removals: !holds });
  }
  return text;
}

function inState(session: Session, command: CommandHandler, args: Arguments, byUid: boolean): Promise<string> {
  switch (command.state) {
    case "any":
      return command.run(session, args);
    case "plain":
      if (session.account) throw new SyntaxFault("already signed in");
      return command.run(session, args);
    case "authenticated":
      if (!session.account) throw new SyntaxFault("sign in first");
      return command.run(session, args, session.account);
    case "selected":
      if (!session.account || !session.selected) throw new SyntaxFault("select a mailbox first");
      return command.run(session, args, { account: session.account, selected: session.selected, byUid });
  }
}

function refusal(tag: string, error: unknown, onError: (error: unknown) => void): string {
  if (error instanceof SyntaxFault) return `${tag} BAD ${clean(error.message)}\r\n`;
  if (error instanceof No || error instanceof MailRefusal) return `${tag} NO ${error.code ? `[${error.code}] ` : ""}${clean(error.message)}\r\n`;
  if (!(error instanceof ConnectionEnded)) onError(error);
  return `${tag} NO [SERVERBUG] nothing was done\r\n`;
}

/** A reply is one line. */
function clean(text: string): string {
  return Buffer.from(text.replace(/[\r\n]+/g, " "), "utf8").toString("latin1");
}
