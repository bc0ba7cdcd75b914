import { stringify } from 'csv-stringify/sync';

/** A dataset to import. */
export interface DemoDataset {
  /** As the API spells it. */
  datasetType: 'Interactions' | 'Users' | 'Items';
  /** In Avro. */
  schema: object;
  /** The text itself, or the file that has it. */
  csv: string | { file: string };
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
const EVENTS = 400;

const field = (name: string, type: string | string[]) => ({ name, type });

/** The Avro types of the fields that Personalize reserves. Any other column is nullable text.
 * Source: Amazon Personalize developer guide, "Dataset and schema requirements". */
const KNOWN_TYPES: Record<string, string | string[]> = {
  USER_ID: 'string',
  ITEM_ID: 'string',
  TIMESTAMP: 'long',
  EVENT_VALUE: ['null', 'float'],
  CREATION_TIMESTAMP: ['null', 'long'],
};

/** A schema for the columns of a CSV file. */
export function schemaFor(datasetType: DemoDataset['datasetType'], columns: string[]): object {
  return {
    type: 'record',
    name: datasetType,
    namespace: 'com.amazonaws.personalize.schema',
    fields: columns.map((name) => field(name, KNOWN_TYPES[name] ?? ['null', 'string'])),
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
