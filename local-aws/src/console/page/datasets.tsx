import { duration, time } from './format.ts';
import { useData } from './live.tsx';
import type { DatasetGroup, DatasetList, DatasetSummary, Overview } from './model.ts';
import { Empty, Problem } from './parts.tsx';
import { StatusLabel } from './status.tsx';
import { Trials } from './trials.tsx';
import { Upload } from './upload.tsx';

/** The dataset groups, datasets and jobs of the emulated Personalize. */
export function Datasets({ overview }: { overview: Overview }) {
  const { data, error } = useData<DatasetList>(['datasets'], ['jobs']);
  return (
    <>
      <div class="head">
        <h1>Datasets and jobs</h1>
        {data && <Quota quota={data.quota} />}
      </div>
      <Problem text={error} />
      {data?.groups.length === 0 && <Trials trials={overview.trials.slice(0, 1)} isFirst />}
      <Upload groups={data?.groups.map(({ name }) => name) ?? []} />
      {data?.groups.length === 0 && <Empty>No dataset group yet. Upload a CSV file, or import the sample data.</Empty>}
      {data?.groups.map((group) => (
        <Group key={group.arn} group={group} />
      ))}
    </>
  );
}

function Quota({ quota }: { quota: DatasetList['quota'] }) {
  return (
    <ul class="quota" aria-label="Quota in use">
      {quota.map(({ kind, running, most }) => (
        <li key={kind}>
          {kind}s {running} of {most} <meter min={0} max={most} value={running} aria-label={`Running ${kind} jobs`} />
        </li>
      ))}
    </ul>
  );
}

function Group({ group: { name, status, datasets } }: { group: DatasetGroup }) {
  return (
    <section class="group" aria-label={`Dataset group ${name}`}>
      <h2>
        {name} <StatusLabel status={status} />
      </h2>
      <ul class="cards">
        {datasets.map((dataset) => (
          <li key={dataset.arn} class="card">
            <Dataset dataset={dataset} />
          </li>
        ))}
      </ul>
      {datasets.length === 0 && <p class="muted">No datasets yet.</p>}
    </section>
  );
}

function Dataset({ dataset: { type, status, fields, jobs } }: { dataset: DatasetSummary }) {
  return (
    <>
      <h3>
        {type} <StatusLabel status={status} />
      </h3>
      <p class="fields">
        {fields.map((field) => (
          <code key={field}>{field}</code>
        ))}
      </p>
      <ol class="jobs" aria-label={`Jobs of ${type}`}>
        {jobs.map((job) => (
          <li key={job.arn} class={job.failureReason ? 'failed' : ''}>
            <StatusLabel status={job.status} /> <span>{job.kind}</span> <code>{job.name}</code>{' '}
            <span class="muted">
              {time(job.start)}
              {job.end !== undefined && `, ${duration(job.end - job.start)}`}
            </span>
            {job.failureReason && <p class="problem">{job.failureReason}</p>}
          </li>
        ))}
      </ol>
    </>
  );
}
