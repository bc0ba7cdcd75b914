import type { IncomingMessage } from 'node:http';

/** The hosts that are always this computer. `bucket.localhost` is S3's virtual-host style. */
const LOCAL_HOST = /^(127\.0\.0\.1|\[::1\]|([a-z0-9._-]+\.)?localhost\.?)(:\d+)?$/i;

/** Says why a request may come from a web page of another origin; `undefined` if it does not. Without this check, a page
 * that the user visits could call the services, and read their answers under a name that resolves to 127.0.0.1. */
export function foreignOrigin({ headers }: IncomingMessage): string | undefined {
  const { host, origin, 'sec-fetch-site': site = 'none' } = headers;
  // Only HTTP/1.0 has no host; every browser sends one.
  if (host !== undefined && !LOCAL_HOST.test(host)) {
    return `The host ${host} is not local. Use localhost or 127.0.0.1.`;
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host}`.toLowerCase()) {
    return `The request comes from a page of another origin: ${origin}.`;
  }
  if (site !== 'none' && site !== 'same-origin') return `The request comes from a page of another origin (${site}).`;
  return undefined;
}
