import { describe, expect, test } from "vitest";
import { LOOPBACK } from "../testing/config-file.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { channelSource, installPlugin } from "../testing/plugin-package.ts";
import { startRunning } from "../testing/running-dispatcher.ts";

/** A pager that calls back: it shows the token that it was given, and says what it wants. */
const CALLING_BACK = `${channelSource("pager").replace("export const channel", "const pager")}
export const channel = {
  ...pager,
  inbound: { path: "/api/pager", maxBytes: 64 },
  connect: (config) => ({
    send: async () => ({ kind: "delivered" }),
    async receive({ headers, body }) {
      if (headers["x-token"] !== config.token) return undefined;
      if (body === "throw") throw new Error("no way with " + config.token);
      if (body === "quiet") return { status: 204 };
      return { status: 200, body: { heard: body, at: config.url } };
    },
  }),
};
`;

async function calledBack() {
  const folder = temporaryFolder();
  installPlugin(folder, "pager", CALLING_BACK);
  const dispatcher = await startRunning({
    folder,
    config: `${LOOPBACK}plugins: [pager]
destinations:
  - { id: first, channel: pager, config: { url: first, token: t0ken-of-the-first } }
  - { id: second, channel: pager, config: { url: second, token: t0ken-of-the-second } }
`,
  });
  const ring = async (body: string, token?: string) => {
    const headers = token === undefined ? {} : { "x-token": token };
    const response = await fetch(`${dispatcher.url}/api/pager`, { method: "POST", body, headers });
    return { status: response.status, text: await response.text() };
  };
  return { ...dispatcher, ring };
}

describe("a service that calls back", () => {
  test("needs no token of ours, and is answered by the destination that knows it", async () => {
    const { ring } = await calledBack();
    for (const name of ["first", "second"]) {
      const { status, text } = await ring("é 日本", `t0ken-of-the-${name}`);
      expect([status, JSON.parse(text)]).toEqual([200, { heard: "é 日本", at: name }]);
    }
    expect(await ring("quiet", "t0ken-of-the-first")).toEqual({ status: 204, text: "" });
  });

  test("that nobody knows is turned away", async () => {
    const { ring } = await calledBack();
    for (const token of [undefined, "t0ken-of-another"]) {
      const { status, text } = await ring("hello", token);
      expect([status, JSON.parse(text).detail]).toEqual([401, "No destination knows this caller."]);
    }
  });

  test("with more than it may is not heard", async () => {
    const { ring } = await calledBack();
    const { status, text } = await ring("x".repeat(65), "t0ken-of-the-first");
    expect([status, JSON.parse(text).detail]).toEqual([413, "The body is larger than 64 bytes."]);
    expect(await ring("x".repeat(64), "t0ken-of-the-first")).toMatchObject({ status: 200 });
  });

  test("and makes its channel throw takes nothing down, and the log keeps the secret", async () => {
    const { ring, call, log } = await calledBack();
    expect(await ring("throw", "t0ken-of-the-first")).toMatchObject({ status: 401 });
    expect(await call("GET", "/readyz")).toMatchObject({ status: 200 });
    expect(log.join("\n")).toContain("no way with ***");
    expect(log.join("\n")).not.toContain("t0ken");
  });
});

test("a channel that nobody uses is not listened for", async () => {
  const folder = temporaryFolder();
  installPlugin(folder, "pager", CALLING_BACK);
  const { call } = await startRunning({ folder, config: "plugins: [pager]" });
  expect(await call("POST", "/api/pager")).toMatchObject({ status: 404 });
});
