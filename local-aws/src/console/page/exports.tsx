import { FailureNotice } from './explanations.tsx';
import { bytes, count, duration, quoted, time } from './format.ts';
import { useData } from './live.tsx';
import type { ExportDetail, ExportSummary } from './model.ts';
import { Commands, Empty, Problem } from './parts.tsx';
import { hrefOf } from './route.ts';
import { Row, useScrollTo } from './rows.tsx';
import { kindOf, StatusLabel } from './status.tsx';

/** The export jobs, the newest first, with what they wrote. */
export function Exports({ open }: { open: string | undefined }) {
  const { data, error } = useData<ExportSummary[]>(['exports'], ['jobs']);
  const opened = open ?? data?.[0]?.arn;
  useScrollTo(open, data !== undefined);
  return (
    <>
      <div class="head">
        <h1>Exports</h1>
      </div>
      <Problem text={error} />
      {data?.length === 0 && <Empty>No export job yet. Start one on the panel Executions.</Empty>}
      <ol class="rows">
        {data?.map((job) => (
          <ExportRow key={job.arn} job={job} isOpen={job.arn === opened} />
        ))}
      </ol>
    </>
  );
}

function ExportRow({ job, isOpen }: { job: ExportSummary; isOpen: boolean }) {
  const { arn, name, datasetArn, status, failureReason, start, end, ingestionMode } = job;
  const isFailed = kindOf(status) === 'bad';
  const summary = (
    <>
      <StatusLabel status={status} />
      <span class="what">
        <span class="title">{datasetArn.split(':dataset/')[1] ?? datasetArn}</span>
        <span class="sub">{failureReason ?? name}</span>
      </span>
      <span class="trigger">{ingestionMode}</span>
      <time class="when">{time(start)}</time>
      <span class="took">{end !== undefined && duration(end - start)}</span>
    </>
  );
  return (
    <Row panel="exports" id={arn} isOpen={isOpen} isFailed={isFailed} summary={summary}>
      {() => <Export arn={arn} />}
    </Row>
  );
}

function Export({ arn }: { arn: string }) {
  // The manifest comes after the end of the job: when the execution has gone on.
  const { data, error } = useData<ExportDetail>(['exports', arn], ['jobs', 'executions']);
  if (!data) return <Problem text={error} />;
  const { path, manifest, rows, files, bucket, failureReason, explanation, end } = data;
  return (
    <>
      {explanation?.failed ? <FailureNotice explanation={explanation} /> : <Problem text={failureReason} />}
      {manifest && <Figures manifest={manifest} />}
      <Rows rows={rows} />
      {explanation?.executionArn && <a href={hrefOf('executions', explanation.executionArn)}>Show the execution</a>}
      <Files {...{ files, bucket, hasEnded: end !== undefined }} manifestKey={manifest?.key} />
      <Commands
        commands={[
          ['Describe the job', `aws personalize describe-dataset-export-job --dataset-export-job-arn ${quoted(arn)}`],
          ['Download the files', `aws s3 cp --recursive ${quoted(path)} .`],
        ]}
      />
    </>
  );
}

function Figures({ manifest: { figures } }: { manifest: NonNullable<ExportDetail['manifest']> }) {
  return (
    <dl class="figures" aria-label="The manifest's figures">
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Rows({ rows: [header, ...rows] }: { rows: string[][] }) {
  if (!header) return null;
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it
    <section class="scroll" tabIndex={0} aria-label="The first rows">
      <table>
        <caption>{rows.length === 0 ? 'No rows' : `The first ${count(rows.length, 'row')} of the first file`}</caption>
        <thead>
          <tr>
            {header.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {row.map((value, column) => (
                <td key={column}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

interface FilesProps {
  hasEnded: boolean;
  files: ExportDetail['files'];
  bucket: string;
  manifestKey: string | undefined;
}

function Files({ files, bucket, manifestKey, hasEnded }: FilesProps) {
  const keys = manifestKey === undefined ? files : [...files, { key: manifestKey, bytes: undefined }];
  if (keys.length === 0) return <p class="muted">{hasEnded ? 'It wrote no files.' : 'No files yet.'}</p>;
  return (
    <>
      <h2 class="minor">Files</h2>
      <ul class="files">
        {keys.map(({ key, bytes: size }) => (
          <li key={key}>
            <a href={`/${bucket}/${key.split('/').map(encodeURIComponent).join('/')}`} download={key.split('/').pop()}>
              {key}
            </a>{' '}
            <span class="muted">{size === undefined ? 'manifest' : bytes(size)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
