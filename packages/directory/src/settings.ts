import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const directorySettings = defineSettings({
  "directory.fhir_port": { schema: z.number().int().min(0).max(65_535), about: "Directory: FHIR R4 at `/fhir/v2`.", default: 8086 },
  "directory.ldap_port": { schema: z.number().int().min(0).max(65_535), about: "Directory: LDAP with StartTLS.", default: 3890 },
  "directory.ldaps_port": { schema: z.number().int().min(0).max(65_535), about: "Directory: LDAP over TLS.", default: 6360 },
  "directory.ldap_base": { schema: z.string(), about: "Directory: top of the LDAP tree; made of the shared mail domain when absent.", default: "" },
  "directory.ldap_anonymous": { schema: z.boolean(), about: "Look-ups over LDAP need no bind.", default: false },
  "directory.ldap_memory": {
    schema: z.number().int().min(0).max(4096),
    about:
      "Megabytes that LDAP may keep published mailboxes in (some 150 bytes each), so that look-ups by address, number and family name are answered from memory; 0: none.",
    default: 512,
  },
  "directory.fhir_open": { schema: z.boolean(), about: "Look-ups over FHIR need no API key. Operators’ acts always do.", default: true },
  "directory.fhir_per_minute": { schema: z.number().int().min(1).max(1_000_000), about: "FHIR requests a minute for one key or address.", default: 1020 },
  "directory.lookup_entries_per_day": {
    schema: z.number().int().min(1),
    about: "Entries that one asker may look up in a day before it counts as harvesting.",
    default: 5000,
  },
  "directory.sources": {
    schema: z.array(z.string()),
    about: "Addresses that the day's national extractions are fetched from, each asked every hour.",
    default: [] as string[],
  },
  "directory.sources_ca_file": {
    schema: z.string().optional(),
    about: "Trust anchor of those addresses (PEM), when it is in no public store.",
    default: undefined as string | undefined,
  },
  "directory.stale_hours": { schema: z.number().int().min(1).max(8760), about: "Hours without a new file after which a source raises an alarm.", default: 48 },
  "directory.keep_closed_days": {
    schema: z.number().int().min(2).max(36_500),
    about: "Days that closed rows are kept, for histories and changes.",
    default: 400,
  },
  "directory.lookup_pages": { schema: z.number().int().min(1), about: "Pages of one search that a look-up may turn.", default: 20 },
});
