import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** Decides whether an address may be dialled; answers why not, or undefined. */
export type AddressCheck = (address: string, plainHttp: boolean) => string | undefined;

type Address = ipaddr.IPv4 | ipaddr.IPv6;
type Network = readonly [Address, number];

/** The wire server of Azure's hosts: a public address by its range, and not by what answers there. */
const AZURE_WIRE_SERVER = "168.63.129.16";

/** Reads a network in CIDR form, or a single address; undefined where it is neither. */
export function parseNetwork(text: string): Network | undefined {
  // The library would read "10/8" as 0.0.0.10/8, and numbers with a leading zero as octal.
  if (isIP(text.split("/")[0] ?? "") === 0) return undefined;
  if (ipaddr.isValidCIDR(text)) return ipaddr.parseCIDR(text);
  if (!ipaddr.isValid(text)) return undefined;
  const address = ipaddr.parse(text);
  return [address, address.kind() === "ipv4" ? 32 : 128];
}

/**
 * Makes the check of addresses. Only public unicast addresses pass, over TLS; what lies in one of the
 * `allow` networks passes whatever it is, and may be spoken to in plain http.
 */
export function addressCheck(allow: readonly Network[]): AddressCheck {
  return (text, plainHttp) => {
    if (!ipaddr.isValid(text)) return "it is not an IP address";
    const address = ipaddr.process(text);
    if (allow.some(([network, bits]) => contains(network, bits, address))) return undefined;
    const why = forbidden(address);
    if (why !== undefined) return `${text} is ${why}`;
    return plainHttp ? "plain http is only for addresses in network.allow" : undefined;
  };
}

function contains(network: Address, bits: number, address: Address): boolean {
  if (network.kind() !== address.kind()) return false;
  return address.match(network, bits);
}

function forbidden(address: Address): string | undefined {
  const range = address.range();
  if (range !== "unicast") return `not a public address (${range})`;
  if (address.toString() === AZURE_WIRE_SERVER) return "a metadata address";
  // Of IPv6, only 2000::/3 is given out for the public internet.
  const first = address.kind() === "ipv6" ? (address.toByteArray()[0] ?? 0) : 0x20;
  return first >> 5 === 1 ? undefined : "not a public address (unassigned)";
}
