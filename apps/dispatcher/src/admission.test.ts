import { once } from "node:events";
import { type Socket, connect } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { postSync } from "./testing/events.ts";
import { TOKEN, startRunning } from "./testing/running-dispatcher.ts";
import { until } from "./testing/until.ts";

const MIB = 1024 * 1024;

/** Begins to post so many bytes, and sends none of them. */
async function beginPosting(url: string, bytes: number): Promise<Socket> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(
    [
      "POST /v1/events HTTP/1.1",
      "host: syncbell",
      `authorization: Bearer ${TOKEN}`,
      "content-type: application/json",
      `content-length: ${bytes}`,
      "expect: 100-continue",
      "\r\n",
    ].join("\r\n"),
  );
  // That the server asks for the body tells that it was let in.
  await once(socket, "data");
  return socket;
}

test("bodies that would take more memory than there is for them are put off, and nothing else is", async () => {
  const { url, post, call, send } = await startRunning();
  const sockets = await Promise.all(Array.from({ length: 127 }, () => beginPosting(url, MIB)));
  // There is room for one more of the largest.
  expect(await post(postSync())).toMatchObject({ status: 202 });
  sockets.push(await beginPosting(url, MIB));
  for (const path of ["/v1/events", "/v1/quarantine/qrn_1/post"]) {
    const { status, headers, body } = await send("POST", path, postSync({ sync: "sync-2" }));
    expect([status, headers.get("retry-after")]).toEqual([503, "5"]);
    expect(body.detail).toBe(
      "Too much is being posted at the moment; nothing was kept. Try again later.",
    );
  }
  expect(await call("GET", "/v1/events")).toMatchObject({ status: 200 });
  expect(await call("GET", "/readyz")).toMatchObject({ status: 200 });
  for (const socket of sockets) socket.destroy();
  await until(async () => (await post(postSync({ sync: "sync-2" }))).status === 202);
});
