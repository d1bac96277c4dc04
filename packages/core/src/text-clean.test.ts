import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { cleanLine, cleanText } from "./text.ts";
import { anyText } from "./testing/hostile-text.ts";

const ACTING = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]/;

describe("cleanText", () => {
  it.each([
    ["a terminal's colour codes", "\u001B[31mred\u001B[0m", "[31mred[0m"],
    ["a NUL, a bell and a backspace", "a\u0000b\u0007c\u0008", "abc"],
    ["C1 controls", "a\u0085b\u009Fc", "abc"],
    ["a mark that turns text around", "invoice\u202Egpj.exe", "invoicegpj.exe"],
    ["isolates", "\u2066a\u2069", "a"],
    ["a byte order mark", "\uFEFFa", "a"],
    ["halves of characters", "a\uD83Db\uDE00c\uDE00\uD83D", "abc"],
    ["halves that would meet once a control is gone", "\uD83D\u0000\uDE00", ""],
  ])("takes out %s", (_, text, clean) => {
    expect(cleanText(text)).toBe(clean);
  });

  it("keeps tabs, newlines and whole characters", () => {
    expect(cleanText("a\tb\n\u{1F600} é 漢")).toBe("a\tb\n\u{1F600} é 漢");
  });

  it("makes one newline of CR LF and of a lone CR", () => {
    expect(cleanText("a\r\nb\rc\n\r\nd")).toBe("a\nb\nc\n\nd");
  });

  it("leaves nothing that acts in any text, and nothing to do a second time", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const clean = cleanText(text);
        expect(clean).not.toMatch(ACTING);
        expect(clean.isWellFormed()).toBe(true);
        expect(cleanText(clean)).toBe(clean);
      }),
    );
  });
});

describe("cleanLine", () => {
  it("makes one space of every run of white space, and none at the ends", () => {
    expect(cleanLine("  a\r\n\t b\u2028c\u00A0d \n")).toBe("a b c d");
  });

  it("keeps any text on one line", () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const line = cleanLine(text);
        expect(line).not.toMatch(/[\n\t\u2028\u2029]|\s\s|^\s|\s$/);
        expect(cleanLine(line)).toBe(line);
      }),
    );
  });

  it("cleans a million units of white space and controls", () => {
    expect(cleanLine("\u0000 \r".repeat(333_333))).toBe("");
  });
});
