/** The address of a routing gateway, with the token that it asks for in its query. Pure. */
export function gatewayAddress(url: string, token: string): string {
  const address = new URL(url);
  address.searchParams.set('access_token', token);
  return address.href;
}

/** What a gateway means by how it ends a connection, for the operator; `null`: nothing that he can mend. */
export function meaningOfClose(code: number): string | null {
  if (code === 1008)
    return 'the gateway does not let this client in (1008): check the scope of ROUTING_EVENTS_CLIENT_ID';
  if (code === 1002)
    return 'the gateway does not speak with this address (1002): check the region of ROUTING_EVENTS_URL';
  return null;
}
