// One connection, line by line, with everything both sides said. TLS begins where the check says.
import { connect, type Socket } from "node:net";
import { connect as connectTls, type TLSSocket, type ConnectionOptions as TlsOptions } from "node:tls";

const answerMillis = 15_000;
const longestShown = 400;
const mostBytes = 4 * 1024 * 1024;

export type Said = (line: string) => void;

export type Wire = {
  /** The next line without its end; throws when the other side is silent or gone. */
  line(): Promise<string>;
  bytes(count: number): Promise<Buffer>;
  /** Writes as it is; `shown` stands in the transcript where the text holds a secret. */
  write(text: string | Buffer, shown?: string): void;
  /** Lines that come without being asked within so many milliseconds. */
  unasked(millis: number): Promise<readonly string[]>;
  secure(options: TlsOptions): Promise<TLSSocket>;
  end(): void;
};

export async function openWire({ host, port, said }: { host: string; port: number; said: Said }): Promise<Wire> {
  let socket: Socket = connect({ host, port });
  let waiting = Buffer.alloc(0);
  let gone: Error | undefined;
  let wake: (() => void) | undefined;
  const take = (bytes: Buffer): void => {
    waiting = Buffer.concat([waiting, bytes]);
    if (waiting.length > mostBytes) socket.destroy(new Error("too much was said"));
    wake?.();
  };
  const fail = (error?: Error): void => {
    gone ??= error ?? new Error("the connection was closed");
    wake?.();
  };
  const listen = (to: Socket): void => {
    to.on("data", take);
    to.on("error", fail);
    to.on("close", () => fail());
  };
  await new Promise<void>((resolve, reject) => {
    socket.setTimeout(answerMillis, () => socket.destroy(new Error(`no answer from ${host}:${port}`)));
    socket.once("connect", resolve).once("error", reject);
  });
  socket.setTimeout(0);
  listen(socket);
  said(`-- ${host}:${port}`);

  /** Waits until `ready` holds; answers false at the end of the time given. */
  const until = async (ready: () => boolean, millis: number): Promise<boolean> => {
    const end = performance.now() + millis;
    while (!ready()) {
      if (gone) return false;
      const left = end - performance.now();
      if (left <= 0) return false;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      wake = undefined;
    }
    return true;
  };
  const show = (text: string): string => (text.length > longestShown ? `${text.slice(0, longestShown)}… (${text.length})` : text);
  const cut = (): string => {
    const end = waiting.indexOf(10);
    const line = waiting.subarray(0, end).toString("utf8").replace(/\r$/, "");
    waiting = waiting.subarray(end + 1);
    said(`< ${show(line)}`);
    return line;
  };
  const whole = (): boolean => waiting.includes(10);

  return {
    async line() {
      if (!(await until(whole, answerMillis))) throw gone ?? new Error("no answer");
      return cut();
    },
    async bytes(count) {
      if (count > mostBytes || !(await until(() => waiting.length >= count, answerMillis))) throw gone ?? new Error("no answer");
      const taken = waiting.subarray(0, count);
      waiting = waiting.subarray(count);
      return taken;
    },
    write(text, shown) {
      const lines = shown ?? text.toString("latin1").replace(/\r\n$/, "");
      for (const line of lines.split("\r\n").slice(0, 40)) said(`> ${show(JSON.stringify(line).slice(1, -1))}`);
      if (!gone) socket.write(text);
    },
    async unasked(millis) {
      const lines: string[] = [];
      const end = performance.now() + millis;
      while (await until(whole, Math.max(0, end - performance.now()))) lines.push(cut());
      return lines;
    },
    async secure(options) {
      socket.removeAllListeners("data").removeAllListeners("close").removeAllListeners("error");
      const secured = connectTls({ socket, rejectUnauthorized: false, checkServerIdentity: () => undefined, ...options });
      try {
        await new Promise<void>((resolve, reject) => {
          const timer = setTimeout(() => reject(new Error("no TLS handshake")), answerMillis);
          secured.once("secureConnect", () => {
            clearTimeout(timer);
            resolve();
          });
          const failed = (error?: Error): void => {
            clearTimeout(timer);
            reject(error ?? new Error("closed during the TLS handshake"));
          };
          secured.once("error", failed).once("close", () => failed());
        });
      } catch (error) {
        said(`-- TLS: ${(error as Error).message}`);
        secured.on("error", () => undefined);
        secured.destroy();
        throw error;
      }
      waiting = Buffer.alloc(0);
      socket = secured;
      listen(secured);
      said(`-- TLS: ${secured.getProtocol()} ${secured.getCipher().standardName}`);
      return secured;
    },
    end() {
      socket.on("error", () => undefined);
      socket.destroy();
    },
  };
}
