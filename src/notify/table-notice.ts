import { MAX_REASON_CHARACTERS } from '../lambda/limits.ts';
import { shorten } from '../lambda/shorten.ts';
import type { Verification } from '../state.ts';

/** What a notification says about the table in Glue. */
export interface TableNotice {
  /** `<database>.<table>` */
  table?: string;
  /** Why the table does not have this export. */
  tableReason?: string;
  tableRemedy?: string;
}

/** @returns an empty object if the deployment has no tables */
export function tableNotice({ table, tableReason }: Verification): TableNotice {
  if (table === undefined) return {};
  if (tableReason === undefined) return { table };
  const [database = ''] = table.split('.');
  const [, remedy = ''] = REMEDIES.find(([start]) => tableReason.startsWith(start)) ?? [];
  return {
    table,
    tableReason: shorten(tableReason, MAX_REASON_CHARACTERS),
    tableRemedy: remedy.replaceAll('DATABASE', database),
  };
}

const OTHER_READERS = 'The export itself is whole: read its files with DuckDB, pandas or Redshift (docs/query.md).';

/** What to do about a table that does not have an export, by the start of the reason: our own words, or the name of an
 * error. The last entry is for any other reason. */
const REMEDIES: [start: string, remedy: string][] = [
  ['A line break', OTHER_READERS],
  ['Columns in different orders', OTHER_READERS],
  ['A newer export', 'Nothing is to be done: the table moves forward only.'],
  [
    'Two datasets',
    'Give one of the two dataset groups a name that differs in letters or digits, or export it in a deployment with another glueDatabase. If the dataset that has the table is gone, delete the table: the next export creates it again.',
  ],
  [
    'Another owner',
    'The table is left as it is. Rename or delete it, or set glueDatabase to another database: the next export creates the table.',
  ],
  [
    'EntityNotFoundException',
    'The database DATABASE of the setting glueDatabase does not exist. Create it (aws glue create-database), or correct the setting and deploy again. The next export creates the table.',
  ],
  [
    'AccessDeniedException',
    'Let the role of the function verify-export use the database DATABASE. If the reason names Lake Formation, grant the role the permissions Describe and Create table on the database, Alter on its tables, and access to the data location of the bucket. Otherwise deploy the stack again, and look for a deny in a permissions boundary or in the policies of your organization.',
  ],
  [
    'GlueEncryptionException',
    'The Data Catalog is encrypted with a KMS key. In the policy of that key, allow kms:Decrypt, kms:Encrypt and kms:GenerateDataKey to the role of the function verify-export.',
  ],
  [
    'ResourceNumberLimitExceededException',
    'The Data Catalog has as many tables as the quota allows. Delete tables, or ask AWS for a higher quota.',
  ],
  [
    '',
    'The table is as it was before. The next export moves it. If the reason stays the same, look at the log of the function verify-export and at the AWS Health Dashboard.',
  ],
];
