// The header block of a raw message.

export function headOf(raw: Buffer): Buffer {
  const end = raw.indexOf("\r\n\r\n");
  return raw.subarray(0, end < 0 ? raw.length : end + 2);
}
