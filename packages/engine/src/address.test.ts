import { describe, expect, test } from "vitest";
import { addressCheck, parseNetwork } from "./address.ts";

const none = addressCheck([]);

describe("what is not the public internet is refused, whatever it is spoken to in", () => {
  test.each([
    // IPv4
    "0.0.0.0",
    "0.1.2.3",
    "10.0.0.1",
    "10.255.255.255",
    "100.64.0.1",
    "100.100.100.200",
    "100.127.255.255",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.19.255.255",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.250",
    "240.0.0.1",
    "255.255.255.255",
    "168.63.129.16",
    // IPv6
    "::",
    "::1",
    "100::1",
    "2001::1",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "3fff::1",
    "4000::1",
    "5f00::1",
    "8000::1",
    "fc00::1",
    "fd00:ec2::254",
    "fd12:3456:789a::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    // IPv4 within IPv6
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:7f00:1",
    "0:0:0:0:0:FFFF:7F00:1",
    "::ffff:10.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:168.63.129.16",
    "::ffff:0:127.0.0.1",
    "64:ff9b::127.0.0.1",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::7f00:1",
    "2002:7f00:1::1",
    "2002:a9fe:a9fe::1",
    "2001:0:7f00:1::1",
    // No addresses at all
    "",
    "localhost",
    "example.com",
    "127.0.0.1/8",
    "999.1.1.1",
  ])("%s", (address) => {
    expect(none(address, false)).toEqual(expect.any(String));
    expect(none(address, true)).toEqual(expect.any(String));
  });
});

describe("the public internet is reached over TLS alone", () => {
  test.each([
    "1.1.1.1",
    "8.8.8.8",
    "9.255.255.255",
    "11.0.0.0",
    "100.63.255.255",
    "100.128.0.0",
    "126.255.255.255",
    "128.0.0.0",
    "169.253.255.255",
    "172.15.255.255",
    "172.32.0.0",
    "192.167.255.255",
    "192.169.0.0",
    "223.255.255.255",
    "2001:4860:4860::8888",
    "2606:4700::1111",
    "2a00:1450:4001::1",
    "::ffff:8.8.8.8",
  ])("%s", (address) => {
    expect(none(address, false)).toBeUndefined();
    expect(none(address, true)).toBe("plain http is only for addresses in network.allow");
  });
});

describe("networks that are allowed", () => {
  const check = (...networks: readonly string[]): typeof none =>
    addressCheck(
      networks.map((text) => {
        const network = parseNetwork(text);
        if (!network) throw new Error(text);
        return network;
      }),
    );

  test.each([
    ["127.0.0.0/8", "127.9.9.9"],
    ["127.0.0.0/8", "::ffff:127.0.0.1"],
    ["10.1.0.0/16", "10.1.255.255"],
    ["192.168.1.7", "192.168.1.7"],
    ["168.63.129.16/32", "168.63.129.16"],
    ["::1", "::1"],
    ["fd00::/8", "fd12::1"],
    ["0.0.0.0/0", "169.254.169.254"],
    ["8.8.8.8/32", "8.8.8.8"],
  ])("%s lets %s through, in plain http too", (network, address) => {
    expect(check(network)(address, false)).toBeUndefined();
    expect(check(network)(address, true)).toBeUndefined();
  });

  test.each([
    ["127.0.0.0/8", "126.255.255.255"],
    ["127.0.0.0/8", "::1"],
    ["10.1.0.0/16", "10.2.0.0"],
    ["192.168.1.7", "192.168.1.8"],
    ["::1", "127.0.0.1"],
    ["::/0", "10.0.0.1"],
    ["0.0.0.0/0", "fd00::1"],
    ["127.0.0.0/8", "64:ff9b::7f00:1"],
    ["127.0.0.0/8", "2002:7f00:1::1"],
  ])("%s does not let %s through in plain http", (network, address) => {
    expect(check(network)(address, true)).toEqual(expect.any(String));
  });
});

describe("a network is written in full", () => {
  test.each([
    "",
    "10",
    "10/8",
    "127.1/8",
    "0177.0.0.1/8",
    "0x7f.0.0.1/8",
    "2130706433/8",
    "10.0.0.0/33",
    "10.0.0.0/-1",
    "10.0.0.0/",
    "/8",
    "10.0.0.0/8/8",
    "10.0.0.0/ 8",
    " 10.0.0.0/8",
    "fd00::/129",
    "localhost",
    "*",
    "10.0.0.*",
    "10.0.0.0-10.0.0.9",
  ])("%j is none", (text) => expect(parseNetwork(text)).toBeUndefined());

  test.each([
    "10.0.0.0/8",
    "10.0.0.1",
    "0.0.0.0/0",
    "::/0",
    "fd00::/8",
    "::1",
    "::ffff:10.0.0.0/104",
  ])("%j is one", (text) => expect(parseNetwork(text)).toBeDefined());
});
