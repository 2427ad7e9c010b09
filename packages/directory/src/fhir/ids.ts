// FHIR ids are 1 to 64 of [A-Za-z0-9-.] (FHIR R4 §2.24.0.1); a key with other characters travels as `h-` and hexadecimal.

export function toFhirId(key: string): string {
  return /^(?!h-)[A-Za-z0-9.-]{1,64}$/.test(key) ? key : `h-${Buffer.from(key, "utf8").toString("hex")}`;
}

export function fromFhirId(id: string): string {
  return /^h-([0-9a-f]{2})+$/.test(id) ? Buffer.from(id.slice(2), "hex").toString("utf8") : id;
}
