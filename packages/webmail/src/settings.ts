import { defineSettings } from "@cercle/kernel";
import { z } from "zod";

export const webmailSettings = defineSettings({
  "webmail.port": { schema: z.number().int().min(0).max(65_535), about: "Webmail.", default: 8088 },
  "webmail.issuer": {
    schema: z.string().max(500),
    about: "Address of the OpenID issuer where professionals sign in; empty: this space’s own.",
    default: "",
  },
  "webmail.client_id": { schema: z.string().max(128), about: "The webmail’s client at that issuer; empty in a sandbox: made by itself.", default: "" },
  "webmail.scope": { schema: z.string().max(200), about: "Scopes that the webmail asks of the issuer.", default: "openid scope_all" },
  "webmail.client_secret_file": { schema: z.string().max(500), about: "File with that client’s secret.", default: "" },
});
