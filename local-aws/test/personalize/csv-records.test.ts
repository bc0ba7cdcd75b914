import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readCsv } from '../../src/personalize/csv-records.ts';

/** The records of a file that arrives in chunks of so many bytes, each behind the number of its last line. */
async function read(bytes: Buffer, chunkBytes: number): Promise<unknown[][]> {
  const chunks = Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  );
  const records: unknown[][] = [];
  const take = (record: string[], line: number) => void records.push([line, ...record]);
  await readCsv(Readable.from(chunks), 'x.csv', take, new AbortController().signal);
  return records;
}

describe.each([1, 2, 3, 4, 5, 7, 1000])('readCsv in chunks of %d bytes', (chunkBytes) => {
  it('readCsv reads the line ends of all systems, and keeps those in quotes', async () => {
    const text = 'A,B\r\n1,"é"\n\n2,"x\r\ny"\r\n3,日本\r4,😀';
    expect(await read(Buffer.from(text), chunkBytes)).toEqual([
      [1, 'A', 'B'],
      [2, '1', 'é'],
      [5, '2', 'x\r\ny'],
      [6, '3', '日本'],
      [7, '4', '😀'],
    ]);
  });

  it.each<[what: string, end: number[], line: number]>([
    ['a byte of Windows-1252', [0xfc, 0x2c, 0x0a], 3],
    ['a byte behind complete characters', [0xc3, 0xa4, 0x0a, 0xe6, 0x97, 0xa5, 0xff], 4],
    ['a byte in a chunk that begins within a character', [0xe6, 0x97, 0xa5, 0x0a, 0xff], 4],
    ['half a character at the end', [0x0a, 0x0a, 0xe6, 0x97], 5],
  ])('readCsv names the line of %s', async (_, end, line) => {
    const bytes = Buffer.concat([Buffer.from('Ä,B\n日本,é\n'), Buffer.from(end)]);
    await expect(read(bytes, chunkBytes)).rejects.toThrow(`line ${line} has bytes that are not UTF-8`);
  });
});
