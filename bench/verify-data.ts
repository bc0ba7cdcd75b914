import { seeded } from './random.ts';

/** The Avro schema of the rows. */
export const interactionsSchema = JSON.stringify({
  type: 'record',
  name: 'Interactions',
  namespace: 'com.amazonaws.personalize.schema',
  fields: [
    { name: 'USER_ID', type: 'string' },
    { name: 'ITEM_ID', type: 'string' },
    { name: 'EVENT_TYPE', type: 'string' },
    { name: 'EVENT_VALUE', type: ['null', 'float'] },
    { name: 'TIMESTAMP', type: 'long' },
  ],
  version: '1.0',
});

const HEADER = Buffer.from('USER_ID,ITEM_ID,EVENT_TYPE,EVENT_VALUE,TIMESTAMP\n');
/** Large enough that no cache of the processor holds it. */
const BLOCK_BYTES = 16_000_000;
/** As they come from a socket. */
const PIECE_BYTES = 65_536;

/** A CSV file of generated interactions, in pieces. */
export interface InteractionsFile {
  pieces(): Generator<Buffer>;
}

/** Makes the rows now, and repeats them, so that making them takes no time from what is measured. */
export function interactionsFile(megabytes: number): InteractionsFile {
  const block = rowsOf(Math.min(BLOCK_BYTES, megabytes * 1e6));
  return {
    *pieces() {
      yield HEADER;
      for (let left = Math.round((megabytes * 1e6) / block.length); left > 0; left--) {
        for (let at = 0; at < block.length; at += PIECE_BYTES) yield block.subarray(at, at + PIECE_BYTES);
      }
    },
  };
}

function rowsOf(bytes: number): Buffer {
  const random = seeded(1);
  const below = (limit: number) => Math.floor(random() * limit);
  const block = Buffer.alloc(bytes);
  for (let [at, count] = [0, 0]; ; count++) {
    const value = below(2) ? (random() * 5).toFixed(1) : '';
    const row = `u${below(1e6)},i${below(1e5)},${below(7) ? 'view' : 'purchase'},${value},${1_700_000_000 + count}\n`;
    if (at + row.length > bytes) return block.subarray(0, at);
    at += block.write(row, at, 'latin1');
  }
}
