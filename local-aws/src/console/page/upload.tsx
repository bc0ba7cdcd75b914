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
        <FileChoice
          choose={(chosen) => {
            setFile(chosen);
            void propose(datasetType, chosen);
          }}
        />
        <GroupChoice value={group} choose={setGroup} groups={groups} />
        <TypeChoice
          value={datasetType}
          choose={(type) => {
            setType(type);
            void propose(type, file);
          }}
        />
        <Problem text={problem} />
        {csv && (
          <>
            <SchemaEditor value={schema} change={setSchema} />
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

interface ChoiceProps {
  value: string;
  choose: (value: string) => void;
}

function FileChoice({ choose }: { choose: (file: File | undefined) => void }) {
  return (
    <label>
      CSV file
      <input type="file" accept=".csv,text/csv" onChange={({ currentTarget: { files } }) => choose(files?.[0])} />
    </label>
  );
}

function GroupChoice({ value, choose, groups }: ChoiceProps & { groups: string[] }) {
  return (
    <>
      <label>
        Dataset group
        <input list="groups" value={value} onInput={({ currentTarget }) => choose(currentTarget.value)} />
      </label>
      <datalist id="groups">
        {groups.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

function TypeChoice({ value, choose }: ChoiceProps) {
  return (
    <label>
      Dataset type
      <select value={value} onChange={({ currentTarget }) => choose(currentTarget.value)}>
        {TYPES.map((type) => (
          <option key={type}>{type}</option>
        ))}
      </select>
    </label>
  );
}

function SchemaEditor({ value, change }: { value: string; change: (schema: string) => void }) {
  return (
    <label>
      Schema, proposed from the header; a dataset that exists keeps its own
      <textarea
        rows={10}
        spellcheck={false}
        value={value}
        onInput={({ currentTarget }) => change(currentTarget.value)}
      />
    </label>
  );
}

function newSuffix(): string {
  return Date.now().toString(36);
}
