import { expect, test } from "vitest";
import { makeDestination } from "../testing/made-destination.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

const URL_PROBLEM = "must be an http(s) URL without a user name or password in it";
const DURATION = "must be a duration like 30s, 10m, 6h or 5d";
const url = "https://example.com/";

type Refusal = readonly [body: unknown, errors: readonly (readonly [string, string])[]];

const REFUSED: readonly Refusal[] = [
  [[], [["", "must be a JSON object, not a list"]]],
  [null, [["", "must be a JSON object, not null"]]],
  ['"x"', [["", "must be a JSON object, not text"]]],
  [{}, [["channel", '"channel" is required']]],
  [{ channel: 5, config: {} }, [["channel", '"channel" must be text, not a number']]],
  [
    { channel: "pager" },
    [["channel", 'there is no channel "pager"; there are: http, slack, teams, template']],
  ],
  [{ channel: "http" }, [["config.url", '"url" is required']]],
  [{ channel: "http", config: 5 }, [["config", '"config" must be an object, not a number']]],
  [{ channel: "http", config: [] }, [["config", '"config" must be an object, not a list']]],
  [{ channel: "http", config: null }, [["config.url", '"url" is required']]],
  [
    { channel: "http", config: { url, secre: "x" } },
    [["config.secre", '"secre" is not a setting']],
  ],
  [
    { id: "mine", channel: "http", config: { url }, tennant: "t" },
    [
      ["id", '"id" does not belong here'],
      ["tennant", '"tennant" is not a setting; did you mean "tenant"?'],
    ],
  ],
  [
    { channel: "http", config: { url: "x" }, tenant: "", expire: 5, when: "failed", pace: 1 },
    [
      ["tenant", '"tenant" must not be empty'],
      ["expire", '"expire" must be text, not a number'],
      ["pace", '"pace" must be an object, not a number'],
      ["when", "must be an object of conditions, not text"],
      ["config.url", `"url" ${URL_PROBLEM}`],
    ],
  ],
  [
    { channel: "http", config: { url }, expire: "soon", pace: { per_second: 0, burst: 0.5 } },
    [
      ["expire", `"expire" ${DURATION}`],
      ["pace.per_second", '"per_second" must be more than 0'],
      ["pace.burst", '"burst" must be a whole number'],
    ],
  ],
  [
    { channel: "http", config: { url }, when: { status: { $is: "failed" } } },
    [
      [
        "when.status.$is",
        "$is is not an operator that rules know: $eq $ne $in $nin $gt $gte $lt $lte $exists $glob $not",
      ],
    ],
  ],
  [
    { channel: "http", config: { url }, fallback: "nobody" },
    [["fallback", 'there is no destination "nobody"']],
  ],
  [
    { channel: "http", config: { url, headers: { "X-Key": "***" } } },
    [["config", 'has "***" in it, which stands for a secret: give the secret']],
  ],
];

test("422: what is no destination is refused, each mistake with its place, and nothing is made", async () => {
  const { send, call } = await startRunning();
  for (const [body, errors] of REFUSED) {
    const answer = await send("POST", "/v1/destinations", body);
    expect(answer.body).toEqual({
      type: "about:blank",
      title: "Unprocessable Entity",
      status: 422,
      detail: "The destination can't be used as it is written.",
      errors: errors.map(([path, message]) => ({ path, message })),
    });
    expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  }
  expect((await call("GET", "/v1/destinations")).body.data).toEqual([]);
});

test("422: a change that makes no destination is refused in the same words", async () => {
  const dispatcher = await startRunning();
  const { path, id } = await makeDestination(dispatcher, url);
  for (const [patch, at, message] of [
    [[], "", "must be a JSON object, not a list"],
    [null, "", "must be a JSON object, not null"],
    ["5", "", "must be a JSON object, not a number"],
    [{ channel: null }, "channel", '"channel" is required'],
    [{ config: null }, "config.url", '"url" is required'],
    [{ config: "x" }, "config", '"config" must be an object, not text'],
    [{ config: { url: null } }, "config.url", '"url" is required'],
    [{ state: "paused" }, "state", '"state" is not a setting'],
    [{ fallback: id }, "fallback", "a destination can't be its own fallback"],
    [{ config: { headers: { "X-New": "***" } } }, "config", /stands for a secret/],
  ] as const) {
    const { status, body } = await dispatcher.send("PATCH", path, patch);
    const said = typeof message === "string" ? message : expect.stringMatching(message);
    expect([status, body.errors]).toEqual([422, [{ path: at, message: said }]]);
  }
});

const CALLS = [
  ["POST", "/v1/destinations"],
  ["PATCH", "/v1/destinations/:id"],
  ["POST", "/v1/destinations/:id/pause"],
  ["POST", "/v1/destinations/:id/resume"],
  ["POST", "/v1/destinations/:id/test"],
  ["POST", "/v1/destinations/:id/replay"],
] as const;

test("400, 413, 415: a body that can't be read is refused wherever a body is taken", async () => {
  const dispatcher = await startRunning();
  const { path } = await makeDestination(dispatcher, url);
  const nested = `${"[".repeat(70)}${"]".repeat(70)}`;
  const large = JSON.stringify({ channel: "x".repeat(256 * 1024) });
  for (const [method, address] of CALLS) {
    const send = async (body: string, headers = {}) => {
      const at = address.replace("/v1/destinations/:id", path);
      const answer = await dispatcher.send(method, at, body, headers);
      return [answer.status, answer.body.detail];
    };
    expect(await send("{")).toEqual([400, "The body is not JSON."]);
    expect(await send("nonsense")).toEqual([400, "The body is not JSON."]);
    expect(await send(nested)).toEqual([400, "The body is nested deeper than 64 levels."]);
    expect(await send(large)).toEqual([413, "The body is larger than 256 KiB."]);
    const type = "The content-type must be application/json.";
    expect(await send("{}", { "content-type": "text/plain" })).toEqual([415, type]);
    const latin = { "content-type": "application/json; charset=latin1" };
    expect(await send("{}", latin)).toEqual([415, "The body must be in UTF-8."]);
    const packed = { "content-encoding": "rot13" };
    expect((await send("{}", packed))[0]).toBe(415);
  }
  expect(await dispatcher.call("GET", path)).toMatchObject({ body: { state: "active" } });
});

test("400: no body at all, where one is needed", async () => {
  const dispatcher = await startRunning();
  const { path } = await makeDestination(dispatcher, url);
  for (const [method, at] of [
    ["POST", "/v1/destinations"],
    ["PATCH", path],
    ["POST", `${path}/replay`],
  ] as const) {
    expect(await dispatcher.call(method, at)).toMatchObject({
      status: 400,
      body: { detail: "The body is empty." },
    });
  }
});

test("404: a destination, or something to do with it, that is not there", async () => {
  const dispatcher = await startRunning();
  const { path } = await makeDestination(dispatcher, url);
  const ids = ["nobody", "dst_01JZZZZZZZZZZZZZZZZZZZZZZZ", "__proto__", "%00", "x".repeat(8000)];
  for (const id of ids) {
    const at = `/v1/destinations/${id}`;
    for (const [method, address] of [
      ["GET", at],
      ["DELETE", at],
      ["PATCH", at],
      ["POST", `${at}/pause`],
      ["POST", `${at}/replay`],
    ] as const) {
      const body = method.startsWith("P") ? {} : undefined;
      const detail = "There is no destination with this id.";
      const expected = { status: 404, body: { detail } };
      expect(await dispatcher.send(method, address, body)).toMatchObject(expected);
    }
  }
  for (const action of ["nothing", "constructor", "__proto__", "toString", "pause/now"]) {
    expect(await dispatcher.send("POST", `${path}/${action}`, {})).toMatchObject({
      status: 404,
      body: { detail: "There is nothing at this address." },
    });
  }
});

test("405: a method that an address does not take", async () => {
  const { call } = await startRunning();
  for (const [method, path, allow] of [
    ["PUT", "/v1/destinations", "GET, HEAD, POST"],
    ["DELETE", "/v1/destinations", "GET, HEAD, POST"],
    ["POST", "/v1/destinations/ops", "GET, HEAD, PATCH, DELETE"],
    ["PUT", "/v1/destinations/ops", "GET, HEAD, PATCH, DELETE"],
    ...["pause", "resume", "test", "replay"].map((act) => [
      "GET",
      `/v1/destinations/ops/${act}`,
      "POST",
    ]),
  ] as const) {
    const { status, headers, body } = await call(method ?? "", path ?? "");
    expect([status, headers.get("allow")]).toEqual([405, allow]);
    expect(body).toMatchObject({ detail: expect.stringMatching(/\.$/) });
  }
});
