import { join } from "node:path";
import { openSqlite } from "@syncbell/engine";
import { Webhook } from "standardwebhooks";
import { expect, onTestFinished, test } from "vitest";
import { loadConfig } from "./config/config.ts";
import { fillMadeSecrets } from "./made-secrets.ts";
import { LOOPBACK, writeConfig } from "./testing/config-file.ts";
import { postSync } from "./testing/events.ts";
import { temporaryFolder } from "./testing/folder.ts";
import { type Received, startReceiver } from "./testing/receiver.ts";
import { startRunning } from "./testing/running-dispatcher.ts";
import { bytesOnDisk } from "./testing/store-file.ts";

const configAt = (url: string, more = ""): string => `${LOOPBACK}destinations:
  - { id: first, channel: http, config: { url: "${url}/first" } }
  - { id: second, channel: http, config: { url: "${url}/second" } }
${more}`;

function isSigned(request: Received | undefined, secret: string | undefined): boolean {
  if (!request || secret === undefined) return false;
  try {
    new Webhook(secret).verify(request.body, request.headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

test("a destination without a signing secret has one made for itself alone", async () => {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: configAt(receiver.url) });
  expect(dispatcher.newSecrets).toEqual(
    ["first", "second"].map((destinationId) => ({
      destinationId,
      field: "secret",
      secret: expect.stringMatching(/^whsec_[A-Za-z0-9+/]{43}=$/),
    })),
  );
  const { deliveries } = (await dispatcher.post(postSync())).body;
  for (const { id } of deliveries) await dispatcher.attempted(id, 1);
  const [first, second] = dispatcher.newSecrets.map(({ secret }) => secret);
  expect(isSigned(receiver.at("/first")[0], first)).toBe(true);
  expect(isSigned(receiver.at("/second")[0], second)).toBe(true);
  expect(isSigned(receiver.at("/first")[0], second)).toBe(false);
});

test("it is the same after a restart, and made and shown no second time", async () => {
  const receiver = await startReceiver();
  const config = configAt(receiver.url);
  const before = await startRunning({ config });
  await before.stop();
  const third = `  - { id: third, channel: http, config: { url: "${receiver.url}/third" } }\n`;
  const { folder } = before;
  const after = await startRunning({ config: configAt(receiver.url, third), folder });
  expect(after.newSecrets.map(({ destinationId }) => destinationId)).toEqual(["third"]);
  await after.delivered(postSync());
  expect(isSigned(receiver.at("/first")[0], before.newSecrets[0]?.secret)).toBe(true);
});

test("it is on disk sealed, and nowhere in plain", async () => {
  const receiver = await startReceiver();
  const dispatcher = await startRunning({ config: configAt(receiver.url) });
  await dispatcher.delivered(postSync());
  const whileServing = bytesOnDisk(dispatcher.database);
  await dispatcher.stop();
  const afterwards = bytesOnDisk(dispatcher.database);
  expect(dispatcher.newSecrets).toHaveLength(2);
  for (const { secret } of dispatcher.newSecrets) {
    const key = secret.replace("whsec_", "");
    for (const plain of [secret, key, key.slice(0, 20), Buffer.from(key, "base64")]) {
      expect(whileServing.includes(plain)).toBe(false);
      expect(afterwards.includes(plain)).toBe(false);
    }
  }
  expect(whileServing.includes("s1.")).toBe(true);
});

test("another secret key does not open it, and the start says so and changes nothing", async () => {
  const receiver = await startReceiver();
  const config = configAt(receiver.url);
  const first = await startRunning({ config });
  await first.stop();
  const { folder } = first;
  const another = startRunning({ config, folder, secretKey: Buffer.alloc(32, 9) });
  await expect(another).rejects.toThrow(
    "a secret in the store can't be opened: SYNCBELL_SECRET_KEY is not the one that sealed it",
  );
  const again = await startRunning({ config, folder });
  expect(again.newSecrets).toEqual([]);
});

test("one that the config gives is taken in its place, and the made one is kept for later", async () => {
  const given = `whsec_${Buffer.alloc(24, 1).toString("base64")}`;
  const receiver = await startReceiver();
  const before = await startRunning({ config: configAt(receiver.url) });
  await before.stop();
  const { folder } = before;
  const inPlace = configAt(receiver.url).replace('/first"', `/first", secret: ${given}`);
  const during = await startRunning({ config: inPlace, folder });
  await during.delivered(postSync());
  await during.stop();
  expect(isSigned(receiver.at("/first")[0], given)).toBe(true);
  const after = await startRunning({ config: configAt(receiver.url), folder });
  await after.delivered(postSync({ sync: "sync-2" }));
  expect(isSigned(receiver.at("/first")[1], before.newSecrets[0]?.secret)).toBe(true);
});

test("one that was made by a start that fails is shown nevertheless", async () => {
  const receiver = await startReceiver();
  const port = Number(new URL(receiver.url).port);
  const shown: string[] = [];
  const config = configAt(receiver.url);
  const onNewSecret = ({ secret }: { readonly secret: string }): void => void shown.push(secret);
  await expect(startRunning({ config, port, onNewSecret })).rejects.toThrow("EADDRINUSE");
  expect(shown).toHaveLength(2);
});

test("two dispatchers that start on one store at the same time come to one secret, shown once", async () => {
  const folder = temporaryFolder();
  const store = await openSqlite(join(folder, "syncbell.db"));
  onTestFinished(() => store.close());
  const loaded = await loadConfig(writeConfig(folder, configAt("http://127.0.0.1:9")), {});
  const shown: string[] = [];
  const fill = async (): Promise<readonly unknown[]> => {
    if (!loaded.ok) throw new Error("the config can't be read");
    const { destinations } = loaded.config;
    const filled = await fillMadeSecrets(destinations, store, Buffer.alloc(32, 7), 0, (made) =>
      shown.push(made.secret),
    );
    return filled.map(({ config }) => (config as Record<string, unknown>)["secret"]);
  };
  const [one, other] = await Promise.all([fill(), fill()]);
  expect(one).toEqual(other);
  expect(new Set(shown)).toEqual(new Set(one));
  expect(shown).toHaveLength(2);
});
