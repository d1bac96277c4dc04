import type { Page } from "../event-records.ts";

/** A list as it is read by page. */
export type List = (page: Page) => Promise<readonly { readonly id: string }[]>;

/** The ids of a list, read in several ways. */
export interface Parts {
  readonly whole: readonly string[];
  readonly newerThanFourth: readonly string[];
  readonly firstBetweenSecondAndFourth: readonly string[];
  readonly betweenThirdAndItself: readonly string[];
  readonly olderThanThird: readonly string[];
  readonly threeAtATime: readonly string[];
}

/** Reads a list of these ids, given the oldest first, in several ways; `between` is done between pages. */
export async function partsOf(
  list: List,
  ids: readonly string[],
  between: () => Promise<unknown>,
): Promise<Parts> {
  const [, second = "", third = "", fourth = ""] = ids.toReversed();
  const read = async (page: Page): Promise<readonly string[]> =>
    (await list(page)).map(({ id }) => id);
  return {
    whole: await read({ limit: 100 }),
    newerThanFourth: await read({ limit: 100, aboveId: fourth }),
    firstBetweenSecondAndFourth: await read({ limit: 1, aboveId: fourth, belowId: second }),
    betweenThirdAndItself: await read({ limit: 100, aboveId: third, belowId: third }),
    olderThanThird: await read({ limit: 100, belowId: third }),
    threeAtATime: await pagesOf(read, between),
  };
}

/** What {@link partsOf} answers for a list of these ids, given the oldest first. */
export function partsIn(ids: readonly string[]): Parts {
  const whole = ids.toReversed();
  return {
    whole,
    newerThanFourth: whole.slice(0, 3),
    firstBetweenSecondAndFourth: whole.slice(2, 3),
    betweenThirdAndItself: [],
    olderThanThird: whole.slice(3),
    threeAtATime: whole,
  };
}

async function pagesOf(
  read: (page: Page) => Promise<readonly string[]>,
  between: () => Promise<unknown>,
): Promise<readonly string[]> {
  const ids: string[] = [];
  for (;;) {
    const belowId = ids.at(-1);
    const page = await read({ limit: 3, ...(belowId === undefined ? {} : { belowId }) });
    ids.push(...page);
    if (page.length < 3) return ids;
    await between();
  }
}
