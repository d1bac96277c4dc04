import type { ChannelState } from "@syncbell/core";
import { seal, unseal } from "./seal.ts";
import type { Store } from "./store/store.ts";

/** What a channel remembers for a destination, sealed with the key where it is kept. */
export function channelStateOf(
  store: Store,
  secretKey: Uint8Array,
  destinationId: string,
): ChannelState {
  const context = (name: string): string => `${destinationId}/state/${name}`;
  return {
    async get(name) {
      const sealed = await store.channelState(destinationId, name);
      return sealed === undefined ? undefined : unseal(secretKey, context(name), sealed);
    },
    set: (name, value) =>
      store.setChannelState(destinationId, name, seal(secretKey, context(name), value)),
    delete: (name) => store.setChannelState(destinationId, name, undefined),
  };
}
