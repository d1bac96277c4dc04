import { parseTimestamp } from "@syncbell/core";
import { type IdPrefix, type Page, idBound } from "@syncbell/engine";
import type { Request, Response } from "express";
import { sendProblem } from "../problem.ts";

const USUAL_LIMIT = 50;
const LARGEST_LIMIT = 200;

/** What the query of a list asks for: a part of it, and the values that filter it. */
export interface ListQuery<Filter extends string> {
  /** Its limit is one more than was asked for: that one more tells whether there is a next part. */
  readonly page: Page;
  readonly filter: Partial<Readonly<Record<Filter, string>>>;
}

/**
 * Reads `limit`, `cursor`, `after`, `before` and the filters of a list; answers undefined after it has
 * refused, with 400, what it can't read: a filter that is misspelt must not show everything.
 */
export function readListQuery<Filter extends string>(
  request: Request,
  response: Response,
  prefix: IdPrefix,
  filters: readonly Filter[],
): ListQuery<Filter> | undefined {
  const given = readGiven(request, response, ["limit", "cursor", "after", "before", ...filters]);
  if (!given) return undefined;
  const refuse = (detail: string): undefined => refuseQuery(response, detail);
  const limit = readLimit(given.get("limit"));
  if (limit === undefined) return refuse(LIMIT_PROBLEM);
  const [after, before] = [readTime(given.get("after")), readTime(given.get("before"))];
  if (after === null || before === null) {
    return refuse('"after" and "before" must be times like 2024-11-11T10:00:00Z.');
  }
  const cursor = readCursor(given.get("cursor"));
  if (cursor === null || (cursor !== undefined && !isIdOf(prefix, cursor))) {
    return refuse(CURSOR_PROBLEM);
  }
  const below = [cursor, before === undefined ? undefined : idBound(prefix, before)]
    .filter((bound) => bound !== undefined)
    .toSorted()[0];
  return {
    page: {
      limit: limit + 1,
      ...(after === undefined ? {} : { aboveId: idBound(prefix, after + 1) }),
      ...(below === undefined ? {} : { belowId: below }),
    },
    filter: Object.fromEntries(
      filters.flatMap((name) => {
        const value = given.get(name);
        return value === undefined ? [] : [[name, value]];
      }),
    ) as ListQuery<Filter>["filter"],
  };
}

/** How large an answer with whole bodies in it gets before it ends, in bytes. */
const LARGEST_PART = 8 * 1024 * 1024;
/** How many items with bodies are read at once. */
const PIECE = 16;

/** A part of a list, and whether there is more behind it. */
export interface ListPart<Item> {
  readonly items: readonly Item[];
  readonly hasMore: boolean;
}

/** Reads a part of a list of items that are small. */
export async function readPart<Item>(
  page: Page,
  read: (page: Page) => Promise<readonly Item[]>,
): Promise<ListPart<Item>> {
  const items = await read(page);
  return { items: items.slice(0, page.limit - 1), hasMore: items.length === page.limit };
}

/**
 * Reads a part of a list of items with whole bodies in them, piece by piece: the part ends early, with
 * more behind it, where the answer would be too large.
 */
export async function readLargePart<
  Item extends { readonly id: string; readonly body: Uint8Array },
>(page: Page, read: (page: Page) => Promise<readonly Item[]>): Promise<ListPart<Item>> {
  const items: Item[] = [];
  let bytes = 0;
  for (;;) {
    const last = items.at(-1);
    const limit = Math.min(PIECE, page.limit - items.length);
    const piece = await read({ ...page, limit, ...(last ? { belowId: last.id } : {}) });
    for (const item of piece) {
      if (items.length === page.limit - 1) return { items, hasMore: true };
      if (bytes > LARGEST_PART) return { items, hasMore: true };
      items.push(item);
      bytes += item.body.byteLength;
    }
    if (piece.length < limit) return { items, hasMore: false };
  }
}

/** A part of a list as it is answered; `next_cursor` is null where it was the last one. */
export function listView<Item extends { readonly id: string }>(
  { items, hasMore }: ListPart<Item>,
  view: (item: Item) => string,
): string {
  const last = hasMore ? items.at(-1) : undefined;
  const cursor = last ? JSON.stringify(cursorAt(last.id)) : "null";
  return `{"data":[${items.map(view).join(",")}],"next_cursor":${cursor}}`;
}

/** Answers a part of a list that is in memory, by `limit` and `cursor`, in the order of the ids. */
export function sendPart<Item extends { readonly id: string }>(
  request: Request,
  response: Response,
  items: readonly Item[],
  view: (item: Item) => object,
): void {
  const given = readGiven(request, response, ["limit", "cursor"]);
  if (!given) return;
  const limit = readLimit(given.get("limit"));
  if (limit === undefined) return refuseQuery(response, LIMIT_PROBLEM);
  const cursor = readCursor(given.get("cursor"));
  if (cursor === null) return refuseQuery(response, CURSOR_PROBLEM);
  const rest = items
    .filter(({ id }) => cursor === undefined || id > cursor)
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shown = rest.slice(0, limit);
  const last = rest.length > limit ? shown.at(-1) : undefined;
  response.json({ data: shown.map(view), next_cursor: last ? cursorAt(last.id) : null });
}

function refuseQuery(response: Response, detail: string): undefined {
  sendProblem(response, { status: 400, detail });
}

const LIMIT_PROBLEM = `"limit" must be a number from 1 to ${LARGEST_LIMIT}.`;
const CURSOR_PROBLEM = '"cursor" must be the next_cursor of an earlier answer.';

/** The parameters that were given; undefined after one that is not known, or is there twice, is refused. */
function readGiven(
  request: Request,
  response: Response,
  known: readonly string[],
): ReadonlyMap<string, string> | undefined {
  const refuse = (detail: string): undefined => refuseQuery(response, detail);
  const given = new Map<string, string>();
  for (const [name, value] of Object.entries(request.query)) {
    if (!known.includes(name)) {
      return refuse(`There is no parameter "${name.slice(0, 40)}" here.`);
    }
    if (typeof value !== "string") return refuse(`"${name}" must be given once.`);
    given.set(name, value);
  }
  return given;
}

function readLimit(text: string | undefined): number | undefined {
  if (text === undefined) return USUAL_LIMIT;
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  return limit >= 1 && limit <= LARGEST_LIMIT ? limit : undefined;
}

/** Answers null for what is no time. */
function readTime(text: string | undefined): number | undefined | null {
  return text === undefined
    ? undefined
    : (parseTimestamp(text.replace(/ (?=\d\d:?\d\d$)/, "+")) ?? null);
}

function cursorAt(id: string): string {
  return Buffer.from(id).toString("base64url");
}

/** Answers null for what is no cursor. */
function readCursor(text: string | undefined): string | undefined | null {
  if (text === undefined) return undefined;
  const id = Buffer.from(text, "base64url").toString("utf8");
  return id !== "" && cursorAt(id) === text ? id : null;
}

function isIdOf(prefix: IdPrefix, text: string): boolean {
  return text.startsWith(`${prefix}_`) && /^[a-z]{3}_[0-9A-Z]{26}$/.test(text);
}
