import { BlockList, isIP } from 'node:net';

/** IPv4 that is not the public internet. Source: IANA's special-purpose registry, and multicast. */
const private4 = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  private4.addSubnet(network, bits, 'ipv4');

/** IPv6 is the other way round: only global unicast is public, without what only carries IPv4 or documents. */
const global6 = new BlockList();
global6.addSubnet('2000::', 3, 'ipv6');
const special6 = new BlockList();
for (const [network, bits] of [
  ['2001::', 23], // Teredo, ORCHID, benchmarking
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4
  ['3fff::', 20],
] as const)
  special6.addSubnet(network, bits, 'ipv6');

/** Pure: whether an IP address belongs to the public internet. What is no address does not. */
export function isPublicAddress(address: string): boolean {
  const kind = isIP(address);
  if (kind === 4) return !private4.check(address, 'ipv4');
  if (kind === 6) return global6.check(address, 'ipv6') && !special6.check(address, 'ipv6');
  return false;
}
