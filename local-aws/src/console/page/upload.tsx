import { useState } from 'preact/hooks';
import { importCommands, importCsv, proposeSchema } from './import-csv.ts';
import { ActionButton, Commands, Problem } from './parts.tsx';

const TYPES = ['Interactions', 'Items', 'Users'];

/** Imports a CSV file into a dataset, with a schema that is proposed from its header. */
export function Upload({ groups }: { groups: string[] }) {
  const [group, setGroup] = useState(groups[0] ?? 'my-shop');
  const [datasetType, setType] = useState('Items');
  const [file, setFile] = useState<File>();
  const [schema, setSchema] = useState('');
  const [problem, setProblem] = useState<string>();
  const [suffix, setSuffix] = useState(newSuffix);
  const propose = async (type: string, chosen: File | undefined) => {
    setProblem(undefined);
    if (!chosen) return;
    await proposeSchema(type, chosen).then(setSchema, (error: Error) => setProblem(error.message));
  };
  const csv = file && { group, datasetType, file, schema, suffix };
  return (
    <details class="tools">
      <summary>Import a CSV file</summary>
      <div class="form">
        <label>
          CSV file
          <input
            type="file"
            accept=".csv,text/csv"
            onChange={({ currentTarget: { files } }) => {
              setFile(files?.[0]);
              void propose(datasetType, files?.[0]);
            }}
          />
        </label>
        <label>
          Dataset group
          <input list="groups" value={group} onInput={({ currentTarget }) => setGroup(currentTarget.value)} />
        </label>
        <datalist id="groups">
          {groups.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <label>
          Dataset type
          <select
            value={datasetType}
            onChange={({ currentTarget: { value } }) => {
              setType(value);
              void propose(value, file);
            }}
          >
            {TYPES.map((type) => (
              <option key={type}>{type}</option>
            ))}
          </select>
        </label>
        <Problem text={problem} />
        {csv && (
          <>
            <label>
              Schema, proposed from the header; a dataset that exists keeps its own
              <textarea
                rows={10}
                spellcheck={false}
                value={schema}
                onInput={({ currentTarget }) => setSchema(currentTarget.value)}
              />
            </label>
            <ActionButton
              label="Import"
              isPrimary
              run={async () => {
                await importCsv(csv);
                setSuffix(newSuffix());
              }}
            />
            <Commands commands={[['Import the file', importCommands(csv)]]} />
          </>
        )}
      </div>
    </details>
  );
}

function newSuffix(): string {
  return Date.now().toString(36);
}
