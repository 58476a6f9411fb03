/** `fetch` with the route, proxies and certificates that hold for a connection. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;
