// The room, put together: what its door knows, its API, its public surfaces.
import type { Language } from "@cercle/kernel";
import type { Frame } from "@cercle/pages";
import type { Store } from "@cercle/store";
import type { Actor, Route } from "@cercle/web";
import { apiRoutes } from "./applications/api-routes.ts";
import { applicationPages } from "./applications/application-pages.ts";
import { productActs } from "./applications/product-acts.ts";
import { productPages } from "./applications/product-pages.ts";
import { findProducts, isLevel } from "./applications/products.ts";
import { examinationRoutes } from "./examination/examination-routes.ts";
import { uploadRoutes } from "./examination/upload-routes.ts";
import type { LabelPorts, OpenRight } from "./ports.ts";
import { pageRoutes } from "./public/pages.ts";
import { type Listed, listPublic } from "./public/public-list.ts";
import { publicRoutes } from "./public/public-routes.ts";
import type { Room } from "./room.ts";

export type Label = {
  /** For the door: what it was told, whole or change by change. */
  apply(right: string, opened: readonly OpenRight[], closed: readonly string[]): void;
  forget(): void;
  readonly routes: readonly Route[];
};

export const listRight = "register.label";
export const logoRight = "logo.label";

export function createLabel({ store, ports, frame }: { store: Store; ports: LabelPorts; frame(language: Language, actor: Actor): Frame }): Label {
  const open = { list: new Map<string, string | undefined>(), logo: new Map<string, string | undefined>() };
  const levelInForce: Room["levelInForce"] = (right, product) => {
    const level = open[right].get(product);
    return isLevel(level) ? level : undefined;
  };
  const room: Room = {
    store,
    ports,
    levelInForce,
    async readList() {
      const products = await findProducts(store, [...open.list.keys()]);
      const listed: Listed[] = [];
      for (const product of products) {
        const level = levelInForce("list", product.id);
        if (level && product.signed_sheet) listed.push({ holder: await ports.files.holderName(product.reference), sheet: product.signed_sheet, level });
      }
      return listPublic(listed);
    },
  };
  return {
    apply(right, opened, closed) {
      const known = right === listRight ? open.list : open.logo;
      for (const subject of closed) known.delete(subject);
      for (const { subject, level } of opened) known.set(subject, level);
    },
    forget() {
      open.list.clear();
      open.logo.clear();
    },
    routes: [
      ...apiRoutes(room),
      ...examinationRoutes(room),
      ...uploadRoutes(room),
      ...publicRoutes(room),
      ...pageRoutes(room, frame),
      ...productPages(room, frame),
      ...productActs(room),
      ...applicationPages(room, frame),
    ],
  };
}
