// What the server says of itself: the root DSE (RFC 4512 §5.1) and the subschema (RFC 4512 §4.2), made of the directory's own table.
import type { LdapDirectory, LdapEntry } from "./directory.ts";
import { pagedResults } from "./message.ts";

export const subschemaName = "cn=subschema";
export const startTls = "1.3.6.1.4.1.1466.20037";
export const whoAmI = "1.3.6.1.4.1.4203.1.11.3";

export function buildRootDse(directory: LdapDirectory, offersStartTls: boolean): LdapEntry {
  return {
    name: "",
    attributes: {
      objectClass: ["top"],
      namingContexts: [directory.base],
      subschemaSubentry: [subschemaName],
      supportedLDAPVersion: ["3"],
      supportedControl: [pagedResults],
      supportedExtension: [...(offersStartTls ? [startTls] : []), whoAmI],
      vendorName: ["Cercle"],
    },
  };
}

/** Object identifiers below an arc for documentation (RFC 5612): this schema claims no registration. */
const arc = "1.3.6.1.4.1.32473.1";

export function buildSubschema(directory: LdapDirectory): LdapEntry {
  const quote = (text: string): string => `'${text.replaceAll("'", "\\27")}'`;
  return {
    name: subschemaName,
    attributes: {
      objectClass: ["top", "subschema"],
      cn: ["subschema"],
      attributeTypes: directory.attributes.map(
        ({ name, about, single }, i) =>
          `( ${arc}.1.${i + 1} NAME '${name}' DESC ${quote(about)} EQUALITY caseIgnoreMatch SUBSTR caseIgnoreSubstringsMatch SYNTAX 1.3.6.1.4.1.1466.115.121.1.15${single ? " SINGLE-VALUE" : ""} )`,
      ),
      objectClasses: directory.objectClasses.map(
        ({ name, about, must, may }, i) =>
          `( ${arc}.2.${i + 1} NAME '${name}' DESC ${quote(about)} SUP top STRUCTURAL MUST ( ${must.join(" $ ")} ) MAY ( ${may.join(" $ ")} ) )`,
      ),
    },
  };
}
