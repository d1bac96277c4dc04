import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { adminTokenFile, keptAdminToken, takeKeys } from "./keys.ts";
import { temporaryFolder } from "./testing/folder.ts";

const none = { adminToken: undefined, secretKey: undefined };
const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8);

function newDatabase(): string {
  return join(temporaryFolder(), "data", "syncbell.db");
}

describe("keys that nobody gave", () => {
  test("are made beside the database, for their owner alone", () => {
    const database = newDatabase();
    const keys = takeKeys({ database, ...none });
    expect(keys.madeAdminToken).toBe(true);
    expect(keys.adminToken).toMatch(/^sbat_[\w-]{43}$/);
    expect(keys.secretKey).toHaveLength(32);
    expect(readFileSync(`${database}.admin-token`, "utf8")).toBe(`${keys.adminToken}\n`);
    const sealing = Buffer.from(readFileSync(`${database}.secret-key`, "utf8"), "base64");
    expect(sealing.equals(keys.secretKey)).toBe(true);
    expect(modeOf(`${database}.admin-token`)).toBe("600");
    expect(modeOf(`${database}.secret-key`)).toBe("600");
    expect(modeOf(dirname(database))).toBe("700");
  });

  test("are the same at the next start, and not made again", () => {
    const database = newDatabase();
    const first = takeKeys({ database, ...none });
    const second = takeKeys({ database, ...none });
    expect(second).toEqual({ ...first, madeAdminToken: false });
  });

  test("differ from one database to the next", () => {
    const [one, two] = [1, 2].map(() => takeKeys({ database: newDatabase(), ...none }));
    expect(one?.adminToken).not.toBe(two?.adminToken);
    expect(one?.secretKey).not.toEqual(two?.secretKey);
  });

  test("are not made where both are given", () => {
    const database = newDatabase();
    const secretKey = Buffer.alloc(32, 1);
    const keys = takeKeys({ database, adminToken: "sbat_given", secretKey });
    expect(keys).toEqual({ adminToken: "sbat_given", secretKey, madeAdminToken: false });
    expect(() => statSync(dirname(database))).toThrow("ENOENT");
  });
});

test("a token that the environment gives goes before the kept one, which stays", () => {
  const database = newDatabase();
  const kept = takeKeys({ database, ...none }).adminToken;
  const given = takeKeys({ database, adminToken: "sbat_given", secretKey: undefined });
  expect(given).toMatchObject({ adminToken: "sbat_given", madeAdminToken: false });
  expect(keptAdminToken(database)).toBe(kept);
});

test("a kept token is read without the line end of the editor it was opened in", () => {
  const database = newDatabase();
  takeKeys({ database, ...none });
  writeFileSync(adminTokenFile(database), "sbat_mine\r\n");
  expect(takeKeys({ database, ...none }).adminToken).toBe("sbat_mine");
  expect(keptAdminToken(database)).toBe("sbat_mine");
});

describe("key files that can't be used are refused, and not quoted", () => {
  test.each([
    ["an empty token", "admin-token", "\n", "is empty; remove it or restore it"],
    ["an empty key", "secret-key", "", "is empty; remove it or restore it"],
    [
      "a key that is too short",
      "secret-key",
      "c2hvcnQ=",
      "does not hold a key; restore it from a backup",
    ],
    [
      "a key that is none",
      "secret-key",
      "s3cr3t!",
      "does not hold a key; restore it from a backup",
    ],
  ])("%s", (_, file, text, said) => {
    const database = newDatabase();
    takeKeys({ database, ...none });
    chmodSync(`${database}.${file}`, 0o600);
    writeFileSync(`${database}.${file}`, text);
    const message = `${database}.${file} ${said}`;
    expect(() => takeKeys({ database, ...none })).toThrow(message);
  });
});

test("a database that has no token beside it has none to offer", () => {
  const database = newDatabase();
  expect(keptAdminToken(database)).toBeUndefined();
  takeKeys({ database, ...none });
  rmSync(adminTokenFile(database));
  expect(keptAdminToken(database)).toBeUndefined();
});
