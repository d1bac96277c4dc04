import { describe, expect, test } from "vitest";
import { SettingsError, readSettings } from "./settings.ts";

test("nothing needs to be set", () => {
  expect(readSettings({})).toEqual({
    configFile: undefined,
    database: "data/syncbell.db",
    host: "127.0.0.1",
    port: 8080,
    adminToken: undefined,
    secretKey: undefined,
    logLevel: "info",
  });
});

test("a setting that is empty is as if it were not set", () => {
  const names = ["CONFIG", "DATABASE_URL", "ADMIN_TOKEN", "SECRET_KEY", "LOG_LEVEL"];
  const empty = Object.fromEntries(names.map((name) => [`SYNCBELL_${name}`, ""]));
  expect(readSettings({ ...empty, HOST: "", PORT: "" })).toEqual(readSettings({}));
});

test.each([
  ["sqlite:syncbell.db", "syncbell.db"],
  ["sqlite:./a b/é.db", "./a b/é.db"],
  ["sqlite:/var/lib/syncbell.db", "/var/lib/syncbell.db"],
  ["sqlite:///var/lib/syncbell.db", "/var/lib/syncbell.db"],
  ["postgres://u:p@h:5432/d", "postgres://u:p@h:5432/d"],
  ["postgresql://h/d", "postgresql://h/d"],
])("the database %s is %s", (url, path) => {
  expect(readSettings({ SYNCBELL_DATABASE_URL: url }).database).toBe(path);
});

test("the other settings are taken as they are", () => {
  const key = Buffer.alloc(32, 3);
  const settings = readSettings({
    SYNCBELL_CONFIG: "other.yaml",
    HOST: "::1",
    PORT: "0",
    SYNCBELL_ADMIN_TOKEN: "sbat_x",
    SYNCBELL_SECRET_KEY: key.toString("base64"),
    SYNCBELL_LOG_LEVEL: "silent",
  });
  expect(settings).toMatchObject({ configFile: "other.yaml", host: "::1", port: 0 });
  expect(settings).toMatchObject({ adminToken: "sbat_x", logLevel: "silent" });
  expect(Buffer.from(settings.secretKey ?? []).equals(key)).toBe(true);
});

const DATABASE =
  "SYNCBELL_DATABASE_URL must be sqlite:PATH or postgres://USER:PASSWORD@HOST:PORT/DATABASE";

describe("a value that can't be used is refused, and not quoted", () => {
  test.each([
    ["PORT", "s3cr3t", "PORT must be a number from 0 to 65535"],
    ["PORT", "65536", "PORT must be a number from 0 to 65535"],
    ["PORT", "-1", "PORT must be a number from 0 to 65535"],
    ["PORT", "8e3", "PORT must be a number from 0 to 65535"],
    ["PORT", " 80", "PORT must be a number from 0 to 65535"],
    ...["s3cr3t", "sqlite:", "mysql://u:s3cr3t@h/d", "postgres://u:s3cr3t@h:port/d"].map(
      (url): [string, string, string] => ["SYNCBELL_DATABASE_URL", url, DATABASE],
    ),
    ["SYNCBELL_SECRET_KEY", "s3cr3t", "SYNCBELL_SECRET_KEY must be 32 bytes in base64"],
    [
      "SYNCBELL_SECRET_KEY",
      Buffer.alloc(31).toString("base64"),
      "SYNCBELL_SECRET_KEY must be 32 bytes in base64",
    ],
    [
      "SYNCBELL_SECRET_KEY",
      Buffer.alloc(33).toString("base64"),
      "SYNCBELL_SECRET_KEY must be 32 bytes in base64",
    ],
    [
      "SYNCBELL_SECRET_KEY",
      Buffer.alloc(32).toString("hex"),
      "SYNCBELL_SECRET_KEY must be 32 bytes in base64",
    ],
    ["SYNCBELL_SECRET_KEY", "s3cr3t!".repeat(7), "SYNCBELL_SECRET_KEY must be 32 bytes in base64"],
    [
      "SYNCBELL_SECRET_KEY",
      Buffer.alloc(32).toString("base64").replace("A", "A!"),
      "SYNCBELL_SECRET_KEY must be 32 bytes in base64",
    ],
    [
      "SYNCBELL_ADMIN_TOKEN",
      "s3 cr3t",
      "SYNCBELL_ADMIN_TOKEN must be printable ASCII without spaces",
    ],
    [
      "SYNCBELL_ADMIN_TOKEN",
      "s3cr3té",
      "SYNCBELL_ADMIN_TOKEN must be printable ASCII without spaces",
    ],
    [
      "SYNCBELL_ADMIN_TOKEN",
      "s3cr3t\n",
      "SYNCBELL_ADMIN_TOKEN must be printable ASCII without spaces",
    ],
    [
      "SYNCBELL_LOG_LEVEL",
      "s3cr3t",
      "SYNCBELL_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent",
    ],
    [
      "SYNCBELL_LOG_LEVEL",
      "INFO",
      "SYNCBELL_LOG_LEVEL must be one of trace, debug, info, warn, error, fatal, silent",
    ],
  ])("%s=%j", (name, value, message) => {
    expect(() => readSettings({ [name]: value })).toThrow(new SettingsError(message));
  });
});
