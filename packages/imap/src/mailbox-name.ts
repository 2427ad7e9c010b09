// Mailbox names on the wire: modified UTF-7 (RFC 3501 §5.1.3) before `ENABLE UTF8=ACCEPT`; UTF-8 inside.
import { SyntaxFault } from "./token.ts";

/** `Boîte` → `Bo&AO4-te`. */
export function encodeMailbox(name: string): string {
  return name.replace(/&|[^\x20-\x7e]+/g, (run) => {
    if (run === "&") return "&-";
    const utf16 = Buffer.from(run, "utf16le").swap16();
    return `&${utf16.toString("base64").replace(/=+$/, "").replaceAll("/", ",")}-`;
  });
}

/** `Bo&AO4-te` → `Boîte`; a name already in UTF-8 passes. Throws `SyntaxFault` on a broken shift. */
export function decodeMailbox(wire: string): string {
  return wire.replace(/&([^-]*)(-?)/g, (whole, base64: string, closed: string) => {
    if (base64 === "" && closed === "-") return "&";
    if (closed !== "-" || !/^[A-Za-z0-9+,]+$/.test(base64)) throw new SyntaxFault(`not a mailbox name: ${whole.slice(0, 20)}`);
    const bytes = Buffer.from(base64.replaceAll(",", "/"), "base64");
    if (bytes.length % 2 !== 0) throw new SyntaxFault("not a mailbox name");
    return bytes.swap16().toString("utf16le");
  });
}
