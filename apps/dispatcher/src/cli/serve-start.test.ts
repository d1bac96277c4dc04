import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { LOOPBACK, withDestination, writeConfig } from "../testing/config-file.ts";
import { postSync } from "../testing/events.ts";
import { temporaryFolder } from "../testing/folder.ts";
import { startReceiver } from "../testing/receiver.ts";
import { runSyncbell, serve } from "../testing/syncbell-process.ts";

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
    const cwd = temporaryFolder();
    writeConfig(cwd, signed(receiver.url));
    const { code, stdout, stderr } = await runSyncbell(["serve"], { cwd, env: { PORT: port } });
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr).toMatch(token);
    expect(stderr).toContain('The secret of destination "ops", shown this once:\n  whsec_');
    const taken = `syncbell serve: port ${port} is taken; set PORT to another, or to 0 for any\n`;
    expect(stderr.endsWith(taken)).toBe(true);
  });
});

test("a second dispatcher on the same database is refused, and the first goes on", async () => {
  const cwd = temporaryFolder();
  const env = { SYNCBELL_DATABASE_URL: "sqlite:shared.db" };
  const first = await serve({ cwd, env });
  const second = await runSyncbell(["serve"], { cwd, env: { ...env, PORT: "0" } });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("syncbell serve: another syncbell has shared.db open\n");
  expect(await first.post(postSync())).toMatchObject({ status: 202 });
  expect(await first.end("SIGTERM")).toMatchObject({ code: 0 });
});

describe("a start that can't be made ends with 1 and says why", () => {
  test("a config with mistakes: all of them, and nothing is made", async () => {
    const cwd = temporaryFolder();
    writeConfig(cwd, `${withDestination("channel: http", "config: { url: x }")}retention: 1d\n`);
    const lines = [
      'syncbell.yaml:4:20: "url" must be an http(s) URL without a user name or password in it\n',
      'syncbell.yaml:5:1: "retention" is not supported by this version of Syncbell yet\n',
    ];
    expect(await runSyncbell(["serve"], { cwd })).toEqual({
      code: 1,
      stdout: "",
      stderr: lines.join(""),
    });
    expect(readdirSync(cwd)).toEqual(["syncbell.yaml"]);
  });

  test("another secret key than the one that sealed the store", async () => {
    const cwd = temporaryFolder();
    writeConfig(cwd, signed("http://127.0.0.1:9"));
    const key = Buffer.alloc(32, 1).toString("base64");
    const first = await serve({ cwd, env: { SYNCBELL_SECRET_KEY: key } });
    await first.end("SIGTERM");
    const other = Buffer.alloc(32, 2).toString("base64");
    const env = { SYNCBELL_SECRET_KEY: other, SYNCBELL_ADMIN_TOKEN: "x", PORT: "0" };
    const { code, stderr } = await runSyncbell(["serve"], { cwd, env });
    expect([code, stderr]).toEqual([
      1,
      "syncbell serve: a secret in the store can't be opened: SYNCBELL_SECRET_KEY is not the one that sealed it\n",
    ]);
  });

  test.each([
    ["a folder", "a-folder", "unable to open database file"],
    ["no database", "notes.txt", "file is not a database"],
  ])("a database file that is %s", async (_, file, why) => {
    const cwd = temporaryFolder();
    mkdirSync(join(cwd, "a-folder"));
    const notes = "notes of somebody, and no database\n".repeat(100);
    writeFileSync(join(cwd, "notes.txt"), notes);
    const env = { SYNCBELL_DATABASE_URL: `sqlite:${file}`, SYNCBELL_ADMIN_TOKEN: "x", PORT: "0" };
    const { code, stderr } = await runSyncbell(["serve"], { cwd, env });
    expect([code, stderr]).toEqual([
      1,
      `syncbell serve: the database ${file} can't be opened: ${why}\n`,
    ]);
    expect(readFileSync(join(cwd, "notes.txt"), "utf8")).toBe(notes);
  });
});

test("without a config file events are kept, and the log warns that nobody hears of them", async () => {
  const serving = await serve({ cwd: temporaryFolder() });
  expect((await serving.post(postSync())).body).toMatchObject({ duplicate: false, deliveries: [] });
  const { code, stdout } = await serving.end("SIGTERM");
  expect(code).toBe(0);
  expect(stdout).toContain("there is no config file: events are kept, and nobody hears of them");
});
