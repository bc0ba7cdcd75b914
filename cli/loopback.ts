import { BlockList, isIP, isIPv6 } from 'node:net';

const LOOPBACK = new BlockList();
LOOPBACK.addSubnet('127.0.0.0', 8);
LOOPBACK.addAddress('::1', 'ipv6');

/** Whether a URL names this computer: 127.0.0.0/8, [::1], localhost and the names below it. */
export function isLoopback(url: string | undefined): boolean {
  if (!url || !URL.canParse(url)) return false;
  const { hostname } = new URL(url);
  const name = hostname.replace(/^\[|\]$/g, '');
  if (isIP(name)) return LOOPBACK.check(name, isIPv6(name) ? 'ipv6' : 'ipv4');
  return name === 'localhost' || name.endsWith('.localhost');
}
