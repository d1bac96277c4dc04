import { brotliCompressSync, constants, deflateSync, gzipSync, zstdCompressSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import type { Answer } from "../testing/api-client.ts";
import { postSync } from "../testing/events.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { NO_ROWS, rowsIn } from "../testing/store-rows.ts";

const MIB = 1024 * 1024;

/** A valid event of so many bytes. */
function eventOf(bytes: number): Buffer {
  const frame = Buffer.byteLength(postSync({ padding: "" }));
  return Buffer.from(postSync({ padding: "x".repeat(bytes - frame) }));
}

/** The best that Brotli can do takes it seconds. */
const packBrotli = (bytes: Uint8Array): Buffer =>
  brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });

async function* inChunks(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) yield bytes.subarray(at, at + 100_000);
}

function problem(status: number, title: string, detail: string, more: object = {}): object {
  return { type: "about:blank", title, status, detail, ...more };
}

/** Posts to a dispatcher that is stopped then, and makes sure that it has kept nothing. */
async function refusal(...given: Parameters<Awaited<ReturnType<typeof startRunning>>["post"]>) {
  const dispatcher = await startRunning();
  const answer: Answer = await dispatcher.post(...given);
  await dispatcher.stop();
  expect(await rowsIn(dispatcher.database)).toEqual(NO_ROWS);
  expect(answer.headers.get("content-type")).toBe("application/problem+json; charset=utf-8");
  return answer.body;
}

const badRequest = (detail: string): object => problem(400, "Bad Request", detail);
const tooLarge = problem(413, "Payload Too Large", "The body is larger than 1 MiB.");
const wrongType = (detail: string): object => problem(415, "Unsupported Media Type", detail);

describe("400: a body that is no JSON", () => {
  test.each([
    ["no body", undefined, "The body is empty."],
    ["an empty body", "", "The body is empty."],
    ["a word", "hello", "The body is not JSON."],
    ["half an object", '{"event_type":', "The body is not JSON."],
    ["two objects", `${postSync()}${postSync()}`, "The body is not JSON."],
    ["NaN", '{"event_type":"x","status":"y","n":NaN}', "The body is not JSON."],
    ["a byte order mark", `\ufeff${postSync()}`, "The body is not JSON."],
    ["bytes that are not UTF-8", Buffer.from('"\xff"', "latin1"), "The body is not UTF-8 text."],
    [
      "half a surrogate pair",
      Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]),
      "The body is not UTF-8 text.",
    ],
    ["UTF-16", Buffer.from(postSync(), "utf16le"), "The body is not JSON."],
  ])("%s", async (_, body, detail) => {
    expect(await refusal(body)).toEqual(badRequest(detail));
  });

  test("no body at all is empty, whether it has a type or not", async () => {
    const untyped = await refusal(undefined, { "content-type": undefined });
    expect(untyped).toEqual(badRequest("The body is empty."));
  });

  test.each(["gzip", "deflate", "br", "zstd"])(
    "bytes that are not the %s they say",
    async (encoding) => {
      const detail = "The body is not what content-encoding says.";
      expect(await refusal(postSync(), { "content-encoding": encoding })).toEqual(
        badRequest(detail),
      );
      const cut = gzipSync(postSync()).subarray(0, 20);
      expect(await refusal(cut, { "content-encoding": encoding })).toEqual(badRequest(detail));
    },
  );

  test.each([
    ["empty", ""],
    ["longer than 255 characters", "k".repeat(256)],
  ])("a key that is %s", async (_, key) => {
    const detail = "An event's name has 1 to 255 characters (Idempotency-Key or webhook-id).";
    expect(await refusal(postSync(), { "idempotency-key": key })).toEqual(badRequest(detail));
    expect(await refusal(postSync(), { "webhook-id": key })).toEqual(badRequest(detail));
  });
});

describe("413: a body over 1 MiB", () => {
  test("is refused from the first byte too many, and taken to the last before", async () => {
    const dispatcher = await startRunning();
    const sizes = [MIB, MIB + 1].map(eventOf);
    for (const send of [(bytes: Buffer) => bytes, inChunks]) {
      const [fits, exceeds] = sizes;
      if (!fits || !exceeds) throw new Error("there are two sizes");
      expect(await dispatcher.post(send(fits))).toMatchObject({ status: 202 });
      expect(await dispatcher.post(send(exceeds))).toMatchObject({ status: 413, body: tooLarge });
    }
    await dispatcher.stop();
    expect(await rowsIn(dispatcher.database)).toMatchObject({ events: 1 });
  });

  test.each([
    ["gzip", gzipSync],
    ["deflate", deflateSync],
    ["br", packBrotli],
    ["zstd", zstdCompressSync],
  ])("is measured unpacked: %s", async (encoding, pack) => {
    const headers = { "content-encoding": encoding };
    const bomb = pack(Buffer.alloc(8 * MIB, "1"));
    expect(bomb.length).toBeLessThan(MIB);
    expect(await refusal(bomb, headers)).toEqual(tooLarge);
    const { post } = await startRunning();
    expect(await post(pack(eventOf(MIB)), headers)).toMatchObject({ status: 202 });
  });
});

describe("415: a body of another kind", () => {
  test.each([
    ["text/plain"],
    ["application/x-www-form-urlencoded"],
    ["application/json-seq"],
    ["text/json, application/json"],
    ["application/jsonx"],
    ["json"],
  ])("%s", async (type) => {
    expect(await refusal(postSync(), { "content-type": type })).toEqual(
      wrongType("The content-type must be application/json."),
    );
  });

  test("no type", async () => {
    expect(await refusal(postSync(), { "content-type": undefined })).toEqual(
      wrongType("The content-type is missing; it must be application/json."),
    );
  });

  test("a body without an end is not waited for", async () => {
    const over = Promise.withResolvers<void>();
    async function* endless(): AsyncGenerator<Uint8Array> {
      yield Buffer.alloc(1000);
      await over.promise;
    }
    const body = await refusal(endless(), { "content-type": "text/plain" });
    expect(body).toMatchObject({ status: 415 });
    over.resolve();
  });

  test.each(["compress", "gzip, gzip", "rot13"])("the encoding %s", async (encoding) => {
    const detail = "The content-encoding is not one of gzip, deflate, br, zstd or identity.";
    expect(await refusal(postSync(), { "content-encoding": encoding })).toEqual(wrongType(detail));
  });
});

describe("409: a key that came with other bytes", () => {
  test("is refused whichever header it came in, and the first event stays as it was", async () => {
    const dispatcher = await startRunning();
    const first = await dispatcher.post(postSync(), { "idempotency-key": "run-1" });
    for (const header of ["idempotency-key", "webhook-id"]) {
      const other = await dispatcher.post(`${postSync()} `, { [header]: "run-1" });
      const detail = "This key came before with other bytes. A new event needs a new key.";
      expect(other.body).toEqual(problem(409, "Conflict", detail));
    }
    const { body } = await dispatcher.call("GET", `/v1/events/${first.body.id}`);
    expect(body.event).toEqual(JSON.parse(postSync()));
    await dispatcher.stop();
    expect(await rowsIn(dispatcher.database)).toMatchObject({ events: 1, event_names: 1 });
  });

  test("a key whose event was refused is free for the event that is put right", async () => {
    const { post } = await startRunning();
    expect(await post("{}", { "idempotency-key": "run-1" })).toMatchObject({ status: 422 });
    const right = await post(postSync(), { "idempotency-key": "run-1" });
    expect(right).toMatchObject({ status: 202, body: { duplicate: false } });
  });
});

describe("422: JSON that is no event", () => {
  test.each([
    [
      "{}",
      [
        ["event_type", "is required"],
        ["status", "is required"],
      ],
    ],
    ["[]", [["", "must be a JSON object, not a list"]]],
    ["null", [["", "must be a JSON object, not null"]]],
    ['"x"', [["", "must be a JSON object, not text"]]],
    ['{"event_type":"x","status":5}', [["status", "must be text, not a number"]]],
  ])("%s", async (body, errors) => {
    const detail = "The body is JSON, but not an event.";
    const listed = { errors: errors.map(([path, message]) => ({ path, message })) };
    const kept = { quarantine_id: expect.stringMatching(/^qrn_[0-9A-HJKMNP-TV-Z]{26}$/) };
    expect(await refusal(body)).toEqual(
      problem(422, "Unprocessable Entity", detail, { ...listed, ...kept }),
    );
  });

  test("every mistake is listed with its place", async () => {
    const { errors } = await refusal(
      postSync({ status: "", tenant: { id: 5 }, started_at: "soon", task_type: "stream" }),
    );
    expect(errors).toEqual([
      { path: "task_type", message: 'must be "pipeline" or "transform"' },
      { path: "status", message: "must not be empty" },
      { path: "tenant.id", message: "must be text, not a number" },
      { path: "tenant.name", message: "is required" },
      { path: "started_at", message: "must be an ISO 8601 date-time, like 2024-11-11T10:00:34Z" },
    ]);
  });
});
