import { describe, expect, it } from "vitest";
import {
  type HttpClient,
  type HttpRequest,
  type HttpResponse,
  type HttpResult,
  fetchThrough,
} from "./http.ts";

const URL_OF_HOOK = "https://hooks.example.com/x";
const FAILURE: HttpResult = { kind: "failure", cause: "refused", reason: "connection refused" };

function answer(status: number, more: Partial<HttpResponse> = {}): HttpResponse {
  return {
    kind: "response",
    status,
    headers: {},
    body: "",
    complete: true,
    receivedAt: 0,
    ...more,
  };
}

interface Wire {
  readonly fetch: typeof globalThis.fetch;
  readonly asked: HttpRequest[];
  readonly seen: HttpResult[];
}

/** A fetch over a client that keeps what it is asked for and always gives the same result. */
function wire(result: HttpResult, signal: AbortSignal = new AbortController().signal): Wire {
  const asked: HttpRequest[] = [];
  const seen: HttpResult[] = [];
  const client: HttpClient = {
    request(request) {
      asked.push(request);
      return Promise.resolve(result);
    },
  };
  return { fetch: fetchThrough(client, signal, (each) => seen.push(each)), asked, seen };
}

describe("fetchThrough, asking", () => {
  it.each([
    ["a text", URL_OF_HOOK],
    ["a URL", new URL(URL_OF_HOOK)],
    ["a Request", new Request(URL_OF_HOOK)],
  ])("gets an address that is %s", async (_, input) => {
    const { fetch, asked } = wire(answer(200));
    await fetch(input);
    expect(asked).toMatchObject([{ url: URL_OF_HOOK, method: "GET", headers: {} }]);
    expect(asked[0]).not.toHaveProperty("body");
  });

  it("hands on the method, the headers in lower case, and a text as it is", async () => {
    const { fetch, asked } = wire(answer(200));
    const headers = { "Content-Type": "application/json", "X-Key": "1" };
    await fetch(URL_OF_HOOK, { method: "POST", headers, body: '{"a":1}' });
    expect(asked).toMatchObject([
      {
        method: "POST",
        headers: { "content-type": "application/json", "x-key": "1" },
        body: '{"a":1}',
      },
    ]);
  });

  it("hands on the bytes of a body that is not text", async () => {
    const { fetch, asked } = wire(answer(200));
    await fetch(URL_OF_HOOK, { method: "POST", body: new Uint8Array([0, 255]) });
    await fetch(URL_OF_HOOK, { method: "POST", body: new URLSearchParams({ a: "1 2" }) });
    await fetch(URL_OF_HOOK, { method: "POST", body: new Blob(["é"], { type: "text/x" }) });
    expect(asked.map(({ body }) => body)).toEqual([
      new Uint8Array([0, 255]),
      new TextEncoder().encode("a=1+2"),
      new TextEncoder().encode("é"),
    ]);
    expect(asked.map(({ headers }) => headers?.["content-type"])).toEqual([
      undefined,
      "application/x-www-form-urlencoded;charset=UTF-8",
      "text/x",
    ]);
  });

  it("hands on all of a Request, unless it is told otherwise", async () => {
    const { fetch, asked } = wire(answer(200));
    const request = (): Request =>
      new Request(URL_OF_HOOK, { method: "PUT", headers: { "x-key": "1" }, body: "one" });
    await fetch(request());
    await fetch(request(), { method: "PATCH", headers: { "x-key": "2" }, body: "two" });
    expect(asked[0]).toMatchObject({ method: "PUT", headers: { "x-key": "1" } });
    expect(asked[0]?.body).toEqual(new TextEncoder().encode("one"));
    expect(asked[1]).toMatchObject({ method: "PATCH", headers: { "x-key": "2" }, body: "two" });
  });

  it("ends with the attempt's signal and with the caller's own", async () => {
    for (const ends of ["attempt", "caller", "request"] as const) {
      const controllers = {
        attempt: new AbortController(),
        caller: new AbortController(),
        request: new AbortController(),
      };
      const { fetch, asked } = wire(answer(200), controllers.attempt.signal);
      const request = new Request(URL_OF_HOOK, { signal: controllers.request.signal });
      await fetch(request, { signal: controllers.caller.signal });
      expect(asked[0]?.signal.aborted).toBe(false);
      controllers[ends].abort();
      expect(asked[0]?.signal.aborted).toBe(true);
    }
  });

  it("ends with the attempt's signal where the caller gives none", async () => {
    const { fetch, asked } = wire(answer(200), AbortSignal.abort());
    await fetch(URL_OF_HOOK, { signal: null });
    expect(asked[0]?.signal.aborted).toBe(true);
  });
});

describe("fetchThrough, answering", () => {
  it("gives the status, the headers and the body", async () => {
    const headers = { "content-type": "application/json", "retry-after": "5" };
    const { fetch } = wire(answer(429, { headers, body: '{"ok":false}' }));
    const response = await fetch(URL_OF_HOOK);
    expect(response.status).toBe(429);
    expect(response.ok).toBe(false);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(await response.json()).toEqual({ ok: false });
  });

  it.each([200, 201, 299, 301, 302, 307, 400, 404, 500, 599])(
    "gives a %d as it is",
    async (status) => {
      const response = await wire(answer(status, { body: "text" })).fetch(URL_OF_HOOK);
      expect(response.status).toBe(status);
      expect(await response.text()).toBe("text");
    },
  );

  it.each([204, 205, 304])("gives a %d without a body", async (status) => {
    const response = await wire(answer(status, { body: "stray" })).fetch(URL_OF_HOOK);
    expect(response.status).toBe(status);
    expect(await response.text()).toBe("");
  });

  it.each([600, 999])("gives a %d, which fetch does not know, as a failure", async (status) => {
    const response = await wire(answer(status)).fetch(URL_OF_HOOK);
    expect(response.status).toBe(599);
  });

  it.each([100, 101, 199])("does not take a %d for an answer", async (status) => {
    const { fetch, seen } = wire(answer(status));
    await expect(fetch(URL_OF_HOOK)).rejects.toThrow(new TypeError(`answered ${status}`));
    expect(seen).toMatchObject([{ status }]);
  });

  it("throws a TypeError with the reason when no answer came", async () => {
    const { fetch } = wire(FAILURE);
    await expect(fetch(URL_OF_HOOK)).rejects.toThrow(new TypeError("connection refused"));
  });

  it.each([answer(503, { headers: { "retry-after": "9" } }), FAILURE])(
    "shows each result to the observer, as it came: $kind",
    async (result) => {
      const { fetch, seen } = wire(result);
      await fetch(URL_OF_HOOK).catch(() => undefined);
      await fetch(URL_OF_HOOK).catch(() => undefined);
      expect(seen).toEqual([result, result]);
      expect(seen[0]).toBe(result);
    },
  );
});
