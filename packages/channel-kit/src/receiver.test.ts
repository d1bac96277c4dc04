import { once } from "node:events";
import { type IncomingMessage, type RequestOptions, request as open } from "node:http";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Receiver, startReceiver } from "./receiver.ts";

let receiver: Receiver;
beforeEach(async () => void (receiver = await startReceiver()));
afterEach(() => receiver.close());

interface Answer {
  readonly status: number | undefined;
  readonly body: string;
}

async function ask(body: Uint8Array, options: RequestOptions = {}): Promise<Answer> {
  const request = open(`${receiver.url}/in?a=1`, { method: "PUT", agent: false, ...options });
  request.end(body);
  const [response] = (await once(request, "response")) as [IncomingMessage];
  const chunks = (await response.toArray()) as Buffer[];
  return { status: response.statusCode, body: Buffer.concat(chunks).toString() };
}

test("a request is kept as it was sent, its body to the byte", async () => {
  const body = Buffer.from([0, 0xff, 0xc3, 0x28]);
  await ask(body, { headers: { "X-Key": "1" } });
  const [request, ...others] = receiver.requests;
  expect(others).toEqual([]);
  expect(request).toMatchObject({
    method: "PUT",
    path: "/in?a=1",
    headers: { "x-key": "1" },
    body,
  });
  const { rawHeaders = [] } = request ?? {};
  expect(rawHeaders[rawHeaders.indexOf("X-Key") + 1]).toBe("1");
});

test("it is answered with 200 and ok unless told otherwise", async () => {
  expect(await ask(Buffer.of())).toEqual({ status: 200, body: "ok" });
  receiver.answer = (response, { body }) =>
    void response.writeHead(404).end(`no ${body.toString()}`);
  expect(await ask(Buffer.from("bell"))).toEqual({ status: 404, body: "no bell" });
});

test("closing ends what is under way, and can be done twice", async () => {
  receiver.answer = () => void receiver.close();
  await expect(ask(Buffer.of())).rejects.toThrow("socket hang up");
  await receiver.close();
  await expect(ask(Buffer.of())).rejects.toThrow("ECONNREFUSED");
});
