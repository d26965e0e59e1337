// The inner side of a gate: run in the network of one sandbox (by nsenter), it hands each connection on to the gate's
// Unix socket outside. It is no process of the sandbox, which can neither see nor end it.
// Arguments: the gate's socket, the port to listen on.
import { connect, createServer } from 'node:net';

const [gate = '', port = ''] = process.argv.slice(2);
const server = createServer((inside) => {
  const outside = connect(gate, () => inside.pipe(outside).pipe(inside));
  for (const [one, other] of [
    [inside, outside],
    [outside, inside],
  ] as const) {
    one.on('error', () => other.destroy());
    one.on('close', () => other.destroy());
  }
});
// Nothing but the loopback is in this network, and it may not be up yet.
server.listen(Number(port), '0.0.0.0', () => process.stdout.write('open\n'));
process.stdin.on('end', () => process.exit(0)).resume();
