// A message as SMTP brings it, within its limit.
import type { SMTPServerDataStream } from "smtp-server";
import type { Bodies, Content, IntakeOptions } from "./bodies.ts";

/** The message that a stream brings; undefined when it is over the limit: the rest is read and thrown away so that the client hears why. */
export function receiveMessage(bodies: Bodies, stream: SMTPServerDataStream, limit: number, options: IntakeOptions): Promise<Content | undefined> {
  const intake = bodies.intake(options);
  let size = 0;
  let over = false;
  let failed: { readonly error: unknown } | undefined;
  const fail = (error: unknown): void => {
    failed ??= { error };
    stream.resume();
  };
  return new Promise((resolve, reject) => {
    const abort = (settle: () => void): void => void intake.abort().finally(settle);
    stream.on("data", (chunk: Buffer) => {
      size += chunk.length;
      over ||= size > limit;
      if (over || failed) return;
      const taken = intake.push(chunk);
      if (!taken) return;
      // What is not written yet holds up what comes: a message in pieces never lies in memory whole.
      stream.pause();
      taken.then(() => stream.resume(), fail);
    });
    stream.once("error", (error) => abort(() => reject(error)));
    stream.once("close", () => abort(() => reject(new Error("the message ended before its end"))));
    stream.once("end", () => {
      stream.removeAllListeners("close");
      if (failed) abort(() => reject(failed?.error));
      else if (over || stream.sizeExceeded) abort(() => resolve(undefined));
      else intake.end().then(resolve, (error: unknown) => abort(() => reject(error)));
    });
  });
}
