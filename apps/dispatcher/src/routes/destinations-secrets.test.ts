import { expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { makeDestination } from "../testing/made-destination.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { bytesOnDisk } from "../testing/store-file.ts";

test("a secret is in no answer, no problem and no log, whatever is done with it", async () => {
  const receiver = await startReceiver((response, { headers }) => {
    response.writeHead(400).end(`no: ${String(headers["x-key"])} ${String(headers.host)}`);
  });
  const dispatcher = await startRunning({ config: LOOPBACK });
  const { send, call, log } = dispatcher;
  const key = Buffer.alloc(32, 9).toString("base64");
  const secret = `whsec_${key}`;
  const hidden = [key, "h3ader-key", "b4d-secret", "webh00k", "us3r-info"];
  const answers: string[] = [];
  const config = { url: `${receiver.url}/`, secret, headers: { "X-Key": "h3ader-key" } };
  for (const input of [
    { channel: "http", config },
    { channel: "http", config, expire: "soon" },
    { channel: "http", config: { ...config, secret: "whsec_b4d-secret" } },
    { channel: "http", config: { ...config, secret: { value: "b4d-secret" } } },
    { channel: "http", config: { ...config, headers: { "X-Key": "h3ader-key\n" } } },
    { channel: "http", config: { ...config, headers: ["h3ader-key"] } },
    { channel: "http", config: { ...config, url: "https://me:us3r-info@example.com/" } },
    { channel: "slack", config: { url: "hooks.example.com/webh00k" } },
    { channel: "slack", config: { url: "https://example.com/webh00k", format: "x" } },
    { channel: "slack", config: "https://example.com/webh00k" },
    { channel: "slack", config: { url: "https://example.com/webh00k" }, when: { a: { $b: 1 } } },
  ]) {
    answers.push((await send("POST", "/v1/destinations", input)).text);
  }
  const { data } = (await call("GET", "/v1/destinations")).body;
  expect(data).toHaveLength(1);
  const path = `/v1/destinations/${data[0].id}`;
  for (const patch of [
    { config: { secret } },
    { config: { secret: "b4d-secret" } },
    { tenant: "" },
  ]) {
    answers.push((await send("PATCH", path, patch)).text);
  }
  const delivery = await dispatcher.delivered(postSync());
  expect(delivery.attempts[0]?.response).toMatch(/^no: \*\*\* /);
  for (const read of ["", "/test", "/pause", "/resume"]) {
    answers.push((await send(read === "" ? "GET" : "POST", path + read)).text);
  }
  for (const list of ["destinations", "deliveries", "events"]) {
    answers.push((await call("GET", `/v1/${list}`)).text);
  }
  for (const said of [...answers, ...log]) {
    for (const one of hidden) expect(said).not.toContain(one);
  }
});

test("what a destination was made from is on disk sealed, and nowhere in plain", async () => {
  const dispatcher = await startRunning();
  const headers = { "X-Key": "h3ader-key-of-theirs" };
  const config = { url: "https://u4l-of-theirs.example.com/", headers };
  const made = await makeDestination(dispatcher, "", { config });
  await makeDestination(dispatcher, "", {
    channel: "slack",
    config: { url: "https://example.com/webh00k-of-theirs" },
  });
  const whileServing = bytesOnDisk(dispatcher.database);
  await dispatcher.stop();
  const afterwards = bytesOnDisk(dispatcher.database);
  const key = String(made.config["secret"]).replace("whsec_", "");
  for (const plain of [key, Buffer.from(key, "base64"), "h3ader-key", "u4l-of", "webh00k-of"]) {
    expect(whileServing.includes(plain)).toBe(false);
    expect(afterwards.includes(plain)).toBe(false);
  }
});
