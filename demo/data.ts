import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { stringify } from 'csv-stringify/sync';

/** A dataset to import. */
export interface DemoDataset {
  /** As the API spells it. */
  datasetType: 'Interactions' | 'Users' | 'Items';
  /** In Avro. */
  schema: object;
  csv: string;
  /** A file of the user, which has the data instead. */
  file?: string;
}

/** The bytes of a dataset's CSV file. */
export function open({ csv, file }: DemoDataset): Readable {
  return file === undefined ? Readable.from([csv]) : createReadStream(file);
}

const TITLES = [
  'Amélie, or the Café at Night',
  'The "Quiet" Harbour',
  'Stone, Paper, Scissors',
  'Ωmega Point',
  'Notes\nin Two Lines',
  'Winter on the Moor',
  '東京の雨',
  'A Plain Title',
];
const START = Date.UTC(2026, 0, 1) / 1000;
/** Personalize imports no fewer than 1,000 interactions. */
const EVENTS = 1_200;

/** The fields that a schema must have. Source: Amazon Personalize developer guide, "Custom dataset and schema requirements". */
export const REQUIRED_FIELDS: Record<DemoDataset['datasetType'], string[]> = {
  Interactions: ['USER_ID', 'ITEM_ID', 'TIMESTAMP'],
  Users: ['USER_ID'],
  Items: ['ITEM_ID'],
};

const CATEGORY = { type: ['null', 'string'], categorical: true };

/** The types of the fields that Personalize reserves, and of common categories. Any other column is nullable text.
 * Source: as above. */
const KNOWN_TYPES: Record<string, object> = {
  USER_ID: { type: 'string' },
  ITEM_ID: { type: 'string' },
  TIMESTAMP: { type: 'long' },
  EVENT_VALUE: { type: ['null', 'float'] },
  CREATION_TIMESTAMP: { type: ['null', 'long'] },
  GENRES: CATEGORY,
  MEMBERSHIP: CATEGORY,
};

/** A schema for the columns of a CSV file. */
export function schemaFor(datasetType: DemoDataset['datasetType'], columns: string[]): object {
  return {
    type: 'record',
    name: datasetType,
    namespace: 'com.amazonaws.personalize.schema',
    fields: columns.map((name) => ({ name, ...(KNOWN_TYPES[name] ?? { type: ['null', 'string'] }) })),
    version: '1.0',
  };
}

/** The datasets of a made-up shop. They are the same every time, and have duplicate rows and titles that CSV must quote. */
export function demoDatasets(): DemoDataset[] {
  const users = Array.from({ length: 25 }, (_, index) => [`u${index + 1}`, ['new', 'regular', 'keen'][index % 3]]);
  const items = TITLES.map((title, index) => [
    `i${index + 1}`,
    title,
    index % 2 ? 'drama' : 'comedy|drama',
    START + index,
  ]);
  const interactions = Array.from({ length: EVENTS }, (_, index) => {
    const step = index - (index % 40 === 39 ? 1 : 0);
    const event = step % 7 === 0 ? 'purchase' : 'view';
    return [
      `u${((step * 7) % 25) + 1}`,
      `i${((step * 5) % TITLES.length) + 1}`,
      event,
      (step % 5) + 1,
      START + step * 60,
    ];
  });
  return [
    dataset('Interactions', ['USER_ID', 'ITEM_ID', 'EVENT_TYPE', 'EVENT_VALUE', 'TIMESTAMP'], interactions),
    dataset('Users', ['USER_ID', 'MEMBERSHIP'], users),
    dataset('Items', ['ITEM_ID', 'TITLE', 'GENRES', 'CREATION_TIMESTAMP'], items),
  ];
}

function dataset(datasetType: DemoDataset['datasetType'], columns: string[], rows: unknown[][]): DemoDataset {
  return { datasetType, schema: schemaFor(datasetType, columns), csv: stringify([columns, ...rows]) };
}
