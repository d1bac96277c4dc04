import type { ApiClient } from "./api-client.ts";

/** A destination as the API answers it when it is made. */
export interface MadeDestination {
  readonly id: string;
  /** Its address. */
  readonly path: string;
  readonly config: Readonly<Record<string, any>>;
}

/** Makes a destination by the API: at an HTTP receiver, unless the fields say otherwise. */
export async function makeDestination(
  { send }: Pick<ApiClient, "send">,
  url: string,
  fields: Readonly<Record<string, unknown>> = {},
): Promise<MadeDestination> {
  const { status, text, body } = await send("POST", "/v1/destinations", {
    channel: "http",
    config: { url },
    ...fields,
  });
  if (status !== 201) throw new Error(`no destination: ${status} ${text}`);
  return { ...body, path: `/v1/destinations/${body.id}` };
}
