// A few words of SMTP as a client: replies one by one, several lines as one.
import type { Socket } from "node:net";

export type Talk = { reply(): Promise<string>; ask(command: string): Promise<string> };

/** Throws when the connection ends before the answer. */
export function talk(socket: Socket): Talk {
  let said = "";
  let wake: (() => void) | undefined;
  let failed: Error | undefined;
  socket.on("data", (bytes: Buffer) => {
    said = (said + bytes.toString("latin1")).slice(-10_000);
    wake?.();
  });
  const fail = (error?: Error): void => {
    failed = error ?? new Error("the connection ended");
    wake?.();
  };
  socket.on("error", fail);
  socket.on("close", () => fail());
  const reply = async (): Promise<string> => {
    for (;;) {
      const whole = /(?:^|\n)(\d{3} [^\r\n]*)\r?\n/.exec(said);
      if (whole) {
        said = "";
        return whole[1] ?? "";
      }
      if (failed) throw failed;
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  return {
    reply,
    ask(command) {
      socket.write(`${command}\r\n`);
      return reply();
    },
  };
}
