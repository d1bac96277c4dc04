import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { commandLine } from "../testing/command-line.ts";
import { LOOPBACK, withDestination, writeConfig } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { startRunning } from "../testing/running-dispatcher.ts";
import { serve } from "../testing/syncbell-process.ts";

const signed = (url: string): string =>
  LOOPBACK + withDestination("channel: http", `config: { url: "${url}/" }`);
const token = /^The admin token, shown this once and kept in (.+):\n {2}(sbat_[\w-]{43})\n/;
const secret = /The secret of destination "ops", shown this once:\n {2}(whsec_[\w+/]{43}=)\n$/;

describe("the first start", () => {
  test("makes the keys and shows what was made on the terminal, this once", async () => {
    const receiver = await startReceiver();
    const cwd = temporaryFolder();
    writeConfig(cwd, signed(receiver.url));
    const first = await serve({ cwd, env: { SYNCBELL_ADMIN_TOKEN: "" } });
    const denied = await first.post(postSync());
    const { code, stdout, stderr } = await first.end("SIGTERM");
    expect([code, denied.status]).toEqual([0, 401]);
    const [, kept, shown] = token.exec(stderr) ?? [];
    expect(kept).toBe("data/syncbell.db.admin-token");
    expect(stderr).toMatch(secret);
    expect(readFileSync(join(cwd, kept ?? ""), "utf8")).toBe(`${shown}\n`);
    for (const file of ["admin-token", "secret-key"]) {
      expect(statSync(join(cwd, `data/syncbell.db.${file}`)).mode & 0o777).toBe(0o600);
    }
    expect(stdout).not.toContain("sbat_");
    expect(stdout).not.toContain("whsec_");

    const second = await serve({ cwd, env: { SYNCBELL_ADMIN_TOKEN: "" } });
    const authorization = `Bearer ${shown}`;
    expect(await second.post(postSync(), { authorization })).toMatchObject({ status: 202 });
    expect(await second.end("SIGINT")).toMatchObject({ code: 0, stderr: "" });
  });

  test("on a port that is taken says so, and still shows what it has made", async () => {
    const receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    const folder = temporaryFolder();
    const file = writeConfig(folder, signed(receiver.url));
    const env = { SYNCBELL_DATABASE_URL: `sqlite:${folder}/syncbell.db`, PORT: port };
    const { code, stderr } = await commandLine(["serve", "--config", file], env);
    expect(code).toBe(1);
    expect(stderr).toMatch(token);
    expect(stderr).toContain('The secret of destination "ops", shown this once:\n  whsec_');
    const taken = `syncbell serve: port ${port} is taken; set PORT to another, or to 0 for any\n`;
    expect(stderr.endsWith(taken)).toBe(true);
  });
});

test("a second dispatcher on the same database is refused, and the first goes on", async () => {
  const cwd = temporaryFolder();
  const database = `sqlite:${cwd}/shared.db`;
  const first = await serve({ cwd, env: { SYNCBELL_DATABASE_URL: database } });
  const second = await commandLine(["serve"], {
    SYNCBELL_CONFIG: writeConfig(cwd, "destinations: []"),
    SYNCBELL_DATABASE_URL: database,
    PORT: "0",
  });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain(`syncbell serve: another syncbell has ${cwd}/shared.db open\n`);
  expect((await first.post(postSync())).body).toMatchObject({ duplicate: false, deliveries: [] });
  const { code, stdout } = await first.end("SIGTERM");
  expect(code).toBe(0);
  expect(stdout).toContain("there is no config file: events are kept, and nobody hears of them");
});

describe("a start that can't be made ends with 1 and says why", () => {
  test("a config with mistakes: all of them, and nothing is made", async () => {
    const folder = temporaryFolder();
    const text = `${withDestination("channel: http", "config: { url: x }")}retention: ever\n`;
    const file = writeConfig(folder, text);
    const env = { SYNCBELL_DATABASE_URL: `sqlite:${folder}/data/syncbell.db`, PORT: "0" };
    const lines = [
      `${file}:4:20: "url" must be an http(s) URL without a user name or password in it\n`,
      `${file}:5:12: "retention" must be a duration like 30s, 10m, 6h or 5d\n`,
    ];
    expect(await commandLine(["serve", "--config", file], env)).toEqual({
      code: 1,
      stdout: "",
      stderr: lines.join(""),
    });
    expect(readdirSync(folder)).toEqual(["syncbell.yaml"]);
  });

  test("another secret key than the one that sealed the store", async () => {
    const first = await startRunning({ config: signed("http://127.0.0.1:9") });
    await first.stop();
    const env = {
      SYNCBELL_CONFIG: join(first.folder, "syncbell.yaml"),
      SYNCBELL_DATABASE_URL: `sqlite:${first.database}`,
      SYNCBELL_SECRET_KEY: Buffer.alloc(32, 2).toString("base64"),
      SYNCBELL_ADMIN_TOKEN: "x",
      PORT: "0",
    };
    expect(await commandLine(["serve"], env)).toEqual({
      code: 1,
      stdout: "",
      stderr:
        "syncbell serve: a secret in the store can't be opened: SYNCBELL_SECRET_KEY is not the one that sealed it\n",
    });
  });

  test.each([
    ["a folder", "a-folder", "unable to open database file"],
    ["no database", "notes.txt", "file is not a database"],
  ])("a database file that is %s", async (_, name, why) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, "a-folder"));
    const notes = "notes of somebody, and no database\n".repeat(100);
    writeFileSync(join(folder, "notes.txt"), notes);
    const file = join(folder, name);
    const env = {
      SYNCBELL_CONFIG: writeConfig(folder, "destinations: []"),
      SYNCBELL_DATABASE_URL: `sqlite:${file}`,
      SYNCBELL_ADMIN_TOKEN: "x",
      PORT: "0",
    };
    const { code, stderr } = await commandLine(["serve"], env);
    expect([code, stderr]).toEqual([
      1,
      `syncbell serve: the database ${file} can't be opened: ${why}\n`,
    ]);
    expect(readFileSync(join(folder, "notes.txt"), "utf8")).toBe(notes);
  });
});
