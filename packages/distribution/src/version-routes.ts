// API of versions: building, qualifying, announcing, publishing, prohibiting, retiring; protected downloads; deposit of sources.
import type { Json } from "@cercle/kernel";
import { newId } from "@cercle/kernel";
import type { Tx } from "@cercle/store";
import { type Actor, defineRoute, Reply, type Route } from "@cercle/web";
import { z } from "zod";
import { distributionErrors } from "./errors.ts";
import { licenseesOf, tellFollowers, tellLicensees } from "./followers.ts";
import type { News } from "./news.ts";
import { agency, enterArea, personOf, type Room, sides } from "./room.ts";
import { parseVersion } from "./version-life.ts";
import { act, addVersion, getVersion, listVersions, type Piece, readPiece } from "./versions.ts";

const number = z.string().max(40);
const one = z.object({ version: number });
const file = z.string().max(40);
const test = z.object({ name: z.string().max(60), platform: z.string().max(120), passed: z.boolean() });

export function versionRoutes(room: Room): readonly Route[] {
  const { store, ports } = room;
  const { files } = ports;
  /** The same entry in each of these contracts. */
  const tellAll = async (tx: Tx, told: readonly string[], actor: Actor, type: News["kind"], payload: Record<string, Json>): Promise<number> => {
    for (const reference of told) await files.record(tx, reference, { type, actor, payload });
    const detail = typeof payload.remedy === "string" ? payload.remedy : undefined;
    await tellFollowers(tx, store.jobs, told, { kind: type, version: String(payload.version), detail });
    return told.length;
  };
  const life = (path: string, about: string, name: "announce" | "retire", entry?: News["kind"]): Route =>
    defineRoute({
      method: "POST",
      path: `/api/distribution/versions/:version/${path}`,
      about,
      who: agency,
      params: one,
      async handle({ params, actor }) {
        const inForce = await files.listInForce();
        return store.transaction(async (tx) => {
          const version = await act(tx, params.version, name, {}, ports.now());
          const told = entry ? await tellAll(tx, inForce, actor, entry, { version: params.version }) : 0;
          return { ...version, told };
        });
      },
    });

  return [
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions",
      about: "Builds the real package under a number and signs it: a draft. `manual_from` carries an earlier manual over by decision.",
      who: agency,
      body: z.object({ number, continuity: z.boolean(), manual_from: number.optional() }),
      async handle({ body }) {
        parseVersion(body.number);
        const built = await ports.packages.build(body.number);
        return store.transaction(async (tx) =>
          addVersion(
            tx,
            { number: body.number, continuity: body.continuity, built, manualFrom: body.manual_from, signer: await ports.signer(tx) },
            ports.now(),
          ),
        );
      },
    }),
    defineRoute({
      method: "GET",
      path: "/api/distribution/versions",
      about: "Versions with their life and tests.",
      who: agency,
      handle: () => listVersions(store),
    }),
    life("announcement", "Tells every vendor in contract of the coming qualification (CPS 12.1).", "announce", "qualification-announced"),
    life("retirement", "Ends the distribution of a version.", "retire"),
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions/:version/qualification",
      about:
        "Records the tests and qualifies; sooner than six months after telling a vendor, only with reasons, and it stands as a breach towards that vendor.",
      who: agency,
      params: one,
      body: z.object({ tests: z.array(test).max(200), reasons: z.string().trim().max(2000).optional() }),
      async handle({ params, body, actor }) {
        const version = await getVersion(store, params.version);
        // CPS 12.1: only a version meant to keep cards working has a notice.
        const ready: { reference: string; announcement: number }[] = [];
        const early: string[] = [];
        for (const reference of version.continuity ? await files.listInForce() : []) {
          const announced = await files.findEntry(reference, "qualification-announced", params.version);
          if (announced && (await files.mayQualify(reference, announced.seq))) ready.push({ reference, announcement: announced.seq });
          else early.push(reference);
        }
        if (early.length > 0 && !body.reasons)
          throw distributionErrors.refuse("distribution.too-early", { params: { count: early.length }, clause: "CPS 12.1" });
        return store.transaction(async (tx) => {
          const qualified = await act(tx, params.version, "qualify", { tests: body.tests }, ports.now());
          for (const { reference, announcement } of ready)
            await files.record(tx, reference, { type: "version-qualified", actor, payload: { about: announcement } });
          for (const reference of early)
            await files.record(tx, reference, { type: "version-qualified-early", actor, payload: { version: params.version, reasons: body.reasons ?? "" } });
          return { ...qualified, breaches: early.length };
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions/:version/publication",
      about: "Puts a qualified version on the server: two months for results begin in every contract in force.",
      who: agency,
      params: one,
      async handle({ params, actor }) {
        const inForce = await files.listInForce();
        return store.transaction(async (tx) => {
          const version = await act(tx, params.version, "publish", {}, ports.now());
          return { ...version, told: await tellAll(tx, inForce, actor, "version-available", { version: params.version }) };
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions/:version/prohibition",
      about:
        "Prohibits the use of a version on a court decision or a settlement, with one of three remedies; every vendor is told, and every licensee who left an address.",
      who: agency,
      params: one,
      body: z.object({
        basis: z.enum(["court-decision", "settlement"]),
        reference: z.string().trim().min(2).max(200),
        remedy: z.enum(["continue", "replace", "modify"]),
      }),
      async handle({ params, body, actor }) {
        const inForce = await files.listInForce();
        const licensees = await licenseesOf(store, await files.listAll(), ports, params.version);
        return store.transaction(async (tx) => {
          const version = await act(tx, params.version, "prohibit", { prohibition: body }, ports.now());
          const told = await tellAll(tx, inForce, actor, "version-prohibited", { version: params.version, ...body });
          // Telling licensees is ours to choose (CPS 17.2.4 names the agency and the vendor only).
          const news = { kind: "version-prohibited", version: params.version, detail: body.remedy } as const;
          return { ...version, told, licensees: licensees.length, licensees_told: await tellLicensees(tx, store.jobs, licensees, news) };
        });
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/versions/:version/deposit",
      about: "Records the deposit of its sources with their fingerprint (CPS 14): outside, with the programme protection agency.",
      who: agency,
      params: one,
      body: z.object({ with: z.string().trim().min(2).max(120), number: z.string().trim().min(1).max(80), fingerprint: z.string().regex(/^[0-9a-f]{64}$/) }),
      async handle({ params, body }) {
        const version = await getVersion(store, params.version);
        if (body.fingerprint !== version.sources) throw distributionErrors.refuse("distribution.altered", { params: { reason: "sha256" }, clause: "CPS 14" });
        const deposit = { ...body, on: ports.now().toString().slice(0, 10) };
        await store.run("update distribution.version set deposit = $2 where number = $1", [params.version, JSON.stringify(deposit)]);
        return deposit;
      },
    }),
    ...pieces.map((piece) => download(room, piece)),
    defineRoute({
      method: "GET",
      path: "/api/distribution/versions/:version/bundle",
      about: "The three protected downloads in one answer, base64, for scripts; recorded as three.",
      who: sides,
      params: one,
      query: z.object({ file }),
      async handle({ params, query, actor }) {
        const found: Record<string, { name: string; content: string }> = {};
        for (const piece of pieces) {
          const { name, bytes } = await take(room, piece, { actor, version: params.version, contract: query.file });
          found[piece] = { name, content: Buffer.from(bytes).toString("base64") };
        }
        return found;
      },
    }),
    defineRoute({
      method: "POST",
      path: "/api/distribution/agency-deliveries",
      about: "The agency distributes by itself, beside vendors, to anyone and by any means (CPS 7.3, 7.4): recorded with whom it served.",
      who: agency,
      body: z.object({ version: number, to: z.string().trim().min(2).max(200), means: z.string().trim().min(2).max(120) }),
      async handle({ body, actor }) {
        const { bytes, name } = await readPiece(store, body.version, "package");
        await store.run("insert into distribution.download (id, version, file, person, what, at) values ($1, $2, null, $3, $4, $5)", [
          newId<"download">(),
          body.version,
          `${personOf(actor)} → ${body.to}`,
          `package, ${body.means}`,
          ports.now(),
        ]);
        return { name, size: bytes.length, to: body.to };
      },
    }),
  ];
}

const pieces = ["package", "signature", "manual"] as const;
type Taking = { readonly actor: Actor; readonly version: string; readonly contract: string };

function download(room: Room, piece: Piece): Route {
  return defineRoute({
    method: "GET",
    path: `/api/distribution/versions/:version/${piece}`,
    about: "A protected download, for persons named in annex 3 of a contract in force; recorded with who took what.",
    who: sides,
    params: one,
    query: z.object({ file }),
    async handle({ params, query, actor }) {
      const found = await take(room, piece, { actor, version: params.version, contract: query.file });
      return new Reply({
        body: found.bytes,
        type: found.type,
        headers: { "content-disposition": `attachment; filename="${found.name}"`, "cache-control": "no-store" },
      });
    },
  });
}

/** A piece for someone who may enter the area. */
async function take(room: Room, piece: Piece, taking: Taking): Promise<Awaited<ReturnType<typeof readPiece>>> {
  const side = await enterArea(room, taking.actor, taking.contract);
  const version = await getVersion(room.store, taking.version);
  // CPS 12.2: every qualified version is there for the vendor.
  if (version.state === "draft") throw distributionErrors.refuse("distribution.no-version", { params: { number: taking.version } });
  const found = await readPiece(room.store, taking.version, piece);
  if (side === "vendor") await keepTrace(room, piece, taking);
  return found;
}

async function keepTrace({ store, ports }: Room, piece: Piece, { actor, version, contract }: Taking): Promise<void> {
  const available = piece === "package" ? await ports.files.findEntry(contract, "version-available", version) : undefined;
  await store.transaction(async (tx) => {
    const taken = await tx.first("select 1 as found from distribution.download where version = $1 and file = $2 and what = 'package' limit 1", [
      version,
      contract,
    ]);
    await tx.run("insert into distribution.download (id, version, file, person, what, at) values ($1, $2, $3, $4, $5, $6)", [
      newId<"download">(),
      version,
      contract,
      personOf(actor),
      piece,
      ports.now(),
    ]);
    // CPS 13.1: taking possession, once for the contract.
    if (available && !taken) await ports.files.record(tx, contract, { type: "version-downloaded", actor, payload: { about: available.seq } });
  });
}
