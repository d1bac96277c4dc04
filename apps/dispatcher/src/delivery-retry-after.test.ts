import { expect, test } from "vitest";
import {
  type ExpectedEnd,
  delivered,
  gone,
  rejected,
  unauthorized,
} from "./testing/expected-end.ts";
import { startReceiver } from "./testing/receiver.ts";
import { type FirstEnd, RECKONING, SECRET_PART, scheduled, tellOnce } from "./testing/told-once.ts";

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const DAY = 24 * HOUR;

/** On a whole second, since an HTTP date says no more. */
const SOON = Math.ceil(Date.now() / SECOND) * SECOND + 2 * HOUR;
const [weekday = "", day = "", month = "", year = "", clock = ""] = new Date(SOON)
  .toUTCString()
  .split(/,? /);
const LONG_WEEKDAY = new Date(SOON).toLocaleDateString("en", { weekday: "long", timeZone: "UTC" });

/** When a receiver asks to be tried again: after so many milliseconds, or at a moment. */
type Asked = { readonly after: number } | { readonly at: number } | undefined;

/** What a receiver says in Retry-After; where it asks for nothing, the schedule counts. */
const HEADERS: Readonly<Record<string, readonly [header: string | undefined, asked: Asked]>> = {
  "without-it": [undefined, undefined],
  "with-seconds": ["7200", { after: 2 * HOUR }],
  "with-decimals": ["7200.25", { after: 2 * HOUR + 250 }],
  "with-zeros-before": ["007200", { after: 2 * HOUR }],
  "with-less-than-the-schedule": ["1", undefined],
  "with-zero": ["0", undefined],
  "with-more-than-is-heeded": ["99999999", { after: 5 * DAY }],
  "with-a-date": [`${weekday}, ${day} ${month} ${year} ${clock} GMT`, { at: SOON }],
  "with-a-date-of-rfc-850": [
    `${LONG_WEEKDAY}, ${day}-${month}-${year.slice(2)} ${clock} GMT`,
    { at: SOON },
  ],
  "with-a-date-of-asctime": [
    `${weekday} ${month} ${day.replace(/^0/, " ")} ${clock} ${year}`,
    { at: SOON },
  ],
  "with-a-date-far-ahead": ["Fri, 31 Dec 9999 23:59:59 GMT", { after: 5 * DAY }],
  "with-a-past-date": ["Wed, 21 Oct 2015 07:28:00 GMT", undefined],
  "with-another-kind-of-date": [new Date(SOON).toISOString(), undefined],
  "with-no-such-date": ["Mon, 99 Foo 2999 99:99:99 GMT", undefined],
  "with-a-negative-number": ["-7200", undefined],
  "with-an-exponent": ["7e3", undefined],
  "with-a-unit": ["7200s", undefined],
  "with-two-numbers": ["7200, 7200", undefined],
  "with-too-many-digits": ["9".repeat(400), undefined],
  "with-a-word": ["later", undefined],
  "with-nothing-in-it": ["", undefined],
};

/** The least and the most that the next attempt may be put off to. */
function bounds(asked: Asked, { endedAt, attempts }: FirstEnd): readonly [number, number] {
  if (asked === undefined) {
    const [least, most] = scheduled(attempts);
    return [endedAt + least, endedAt + most];
  }
  const due = "at" in asked ? asked.at : endedAt + asked.after;
  return [due, due + RECKONING];
}

/** A destination for each name, at a receiver that answers by name. */
async function tellAll(
  answers: Readonly<Record<string, readonly [status: number, header: string | undefined]>>,
) {
  const receiver = await startReceiver((response, { path }) => {
    const [status = 500, header] = answers[path.split("/")[1] ?? ""] ?? [];
    response.writeHead(status, header === undefined ? {} : { "retry-after": header }).end();
  });
  const told = await tellOnce(
    Object.fromEntries(
      Object.keys(answers).map((name) => [
        name,
        { channel: "http", config: { url: `${receiver.url}/${name}${SECRET_PART}` } },
      ]),
    ),
  );
  return told.firstEnds(Object.keys(answers));
}

test.each([429, 503, 500, 408])("a %i is tried again when it asks for that", async (status) => {
  const ends = await tellAll(
    Object.fromEntries(Object.entries(HEADERS).map(([name, [header]]) => [name, [status, header]])),
  );
  for (const [name, [, asked]] of Object.entries(HEADERS)) {
    const end = ends[name];
    if (!end) throw new Error(`${name} was not told`);
    const { state, outcome, status: said, dueAt } = end;
    expect([name, state, outcome, said]).toEqual([name, "pending", "retry", status]);
    const [least, most] = bounds(asked, end);
    const nearest = Math.min(Math.max(dueAt, least), most);
    expect([name, dueAt]).toEqual([name, nearest]);
  }
});

test("who is not to be tried again by the schedule can't ask for it", async () => {
  const rows: Readonly<Record<string, ExpectedEnd>> = {
    taken: delivered(200),
    accepted: delivered(202),
    moved: rejected(302, "answered 302: redirects are not followed"),
    wrong: rejected(400),
    conflicting: rejected(409),
    large: rejected(413),
    gone: gone(410),
    unauthorized: unauthorized(401),
    forbidden: unauthorized(403),
    missing: unauthorized(404),
  };
  const ends = await tellAll(
    Object.fromEntries(
      Object.entries(rows).map(([name, { status }]) => [name, [status ?? 0, "7200"]]),
    ),
  );
  expect(ends).toMatchObject(rows);
});
