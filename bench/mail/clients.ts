// The drivers: SMTP and IMAP as a busy client speaks them, the same for both servers, over TLS with a client certificate.
import { connect, type Socket } from "node:net";
import { connect as connectTls } from "node:tls";

export type Place = {
  readonly smtp: number;
  readonly imap: number;
  readonly ca: string;
  readonly cert: string;
  readonly key: string;
  readonly from: string;
  readonly to: string;
  readonly password: string;
};

type Reader = { line(): Promise<string>; write(data: string | Buffer): void; skip(count: number): Promise<void>; end(): void };

function read(socket: Socket): Reader {
  let waiting: Buffer[] = [];
  let length = 0;
  let wake: (() => void) | undefined;
  let gone: Error | undefined;
  socket.on("data", (bytes: Buffer) => {
    waiting.push(bytes);
    length += bytes.length;
    wake?.();
  });
  const fail = (error?: Error): void => {
    gone ??= error ?? new Error("closed");
    wake?.();
  };
  socket.on("error", fail).on("close", () => fail());
  const more = async (): Promise<void> => {
    if (gone) throw gone;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  };
  const whole = (): Buffer => {
    const all = waiting.length === 1 ? (waiting[0] as Buffer) : Buffer.concat(waiting);
    waiting = [all];
    return all;
  };
  const drop = (count: number, all: Buffer): void => {
    waiting = count < all.length ? [all.subarray(count)] : [];
    length = all.length - count;
  };
  return {
    async line() {
      for (;;) {
        const all = length > 0 ? whole() : Buffer.alloc(0);
        const end = all.indexOf(10);
        if (end >= 0) {
          drop(end + 1, all);
          return all.subarray(0, end).toString("latin1").replace(/\r$/, "");
        }
        await more();
      }
    },
    async skip(count) {
      while (length < count) await more();
      drop(count, whole());
    },
    write: (data) => void socket.write(data),
    end: () => void socket.destroy(),
  };
}

async function begin(port: number, command: string, place: Place, greeting: (reader: Reader) => Promise<void>): Promise<Reader> {
  const plain = connect({ host: "127.0.0.1", port, noDelay: true });
  await new Promise<void>((resolve, reject) => plain.once("connect", resolve).once("error", reject));
  const clear = read(plain);
  await greeting(clear);
  clear.write(`${command}\r\n`);
  const said = await clear.line();
  if (!/^220|OK/.test(said)) throw new Error(said);
  plain.removeAllListeners("data").removeAllListeners("close").removeAllListeners("error");
  const secure = connectTls({ socket: plain, cert: place.cert, key: place.key, ca: place.ca, servername: "localhost", rejectUnauthorized: false });
  await new Promise<void>((resolve, reject) => secure.once("secureConnect", resolve).once("error", reject));
  return read(secure);
}

async function reply(reader: Reader): Promise<string> {
  for (;;) {
    const line = await reader.line();
    if (/^\d{3} /.test(line)) return line;
  }
}

export type Smtp = { send(message: Buffer, to?: string): Promise<void>; end(): void };

export async function openSmtp(place: Place): Promise<Smtp> {
  const reader = await begin(place.smtp, "STARTTLS", place, async (clear) => {
    await reply(clear);
    clear.write("EHLO bench.example\r\n");
    await reply(clear);
  });
  reader.write("EHLO bench.example\r\n");
  await reply(reader);
  const good = async (): Promise<void> => {
    const said = await reply(reader);
    if (!/^[23]/.test(said)) throw new Error(said);
  };
  return {
    async send(message, to = place.to) {
      reader.write(`MAIL FROM:<${place.from}>\r\nRCPT TO:<${to}>\r\nDATA\r\n`);
      await good();
      await good();
      await good();
      reader.write(message);
      reader.write("\r\n.\r\n");
      await good();
    },
    end: () => reader.end(),
  };
}

export type Imap = {
  /** Answers the untagged lines; literals are read and thrown away. */
  ask(command: string): Promise<readonly string[]>;
  append(folder: string, message: Buffer): Promise<void>;
  end(): void;
};

export async function openImap(place: Place): Promise<Imap> {
  const reader = await begin(place.imap, "a STARTTLS", place, async (clear) => void (await clear.line()));
  const finish = async (): Promise<readonly string[]> => {
    const lines: string[] = [];
    for (;;) {
      const line = await reader.line();
      const literal = /\{(\d+)\}$/.exec(line);
      if (literal) await reader.skip(Number(literal[1]));
      if (line.startsWith("b ")) {
        if (!line.startsWith("b OK")) throw new Error(line);
        return lines;
      }
      lines.push(line);
    }
  };
  const ask: Imap["ask"] = (command) => {
    reader.write(`b ${command}\r\n`);
    return finish();
  };
  await ask(`LOGIN "${place.to}" "${place.password}"`);
  return {
    ask,
    async append(folder, message) {
      reader.write(`b APPEND ${folder} {${message.length}+}\r\n`);
      reader.write(message);
      reader.write("\r\n");
      await finish();
    },
    end: () => reader.end(),
  };
}

let number = 0;
/** Text of one's own in each message, so that nothing is stored twice by mistake. */
export function makeMessage(place: Place, bytes: number): Buffer {
  number += 1;
  const head = `From: <${place.from}>\r\nTo: <${place.to}>\r\nSubject: essai ${number}\r\nMessage-ID: <${process.pid}.${number}@bench.example>\r\nDate: Sun, 1 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\nmot${number} `;
  const line = "Compte rendu de consultation, sans donnee a caractere personnel, 0123456789.\r\n";
  return Buffer.from(`${head}${line.repeat(Math.max(1, Math.ceil((bytes - head.length) / line.length)))}`.slice(0, Math.max(bytes, head.length + 20)));
}
