import { describe, expect, test } from "vitest";
import { readPackageName } from "./package-name.ts";

describe("a package's name", () => {
  test.each([
    ["@acme/syncbell-channel-pager", "pager", "Pager", "syncbell-channel-pager"],
    ["syncbell-channel-acme-pager", "acme-pager", "Acme Pager", "syncbell-channel-acme-pager"],
    ["@acme/channel-x", "x", "X", "channel-x"],
    ["my.channel_name", "my-channel-name", "My Channel Name", "my.channel_name"],
  ])("%s makes a channel %s", (packageName, type, title, folder) => {
    expect(readPackageName(packageName)).toEqual({ packageName, type, title, folder });
  });

  test.each(["", "Bad Name", "@acme", "@acme/", "../up", "a/b/c", "@acme/Pager", "x".repeat(215)])(
    "%j is refused with an example of one",
    (packageName) => {
      expect(readPackageName(packageName)).toContain("@acme/syncbell-channel-pager");
    },
  );

  test.each(["1password", "syncbell-channel-2fa"])("%s makes no type", (packageName) => {
    expect(readPackageName(packageName)).toContain("can't be a channel's type");
  });
});
