import { useState } from 'preact/hooks';
import { callService } from './api.ts';
import { Explanations } from './explanations.tsx';
import { count, duration, quoted, time } from './format.ts';
import { MachineGraph } from './graph.tsx';
import { useData } from './live.tsx';
import type { ExecutionDetail, Span, StateData } from './model.ts';
import { ActionButton, Commands, Payload, Problem } from './parts.tsx';
import { startCommand, startExecution } from './start.tsx';
import { StatusLabel } from './status.tsx';
import { Timeline } from './timeline.tsx';

/** An opened execution: what went wrong and what to do, the timeline, the machine, and the data. */
export function Execution({ arn }: { arn: string }) {
  const { data: execution, error } = useData<ExecutionDetail>(['executions', arn], ['executions']);
  const [selected, select] = useState<number>();
  if (!execution) return <Problem text={error} />;
  const span = execution.spans.find(({ id }) => id === selected);
  const selectState = (name: string) => select(execution.spans.findLast((one) => one.name === name)?.id);
  return (
    <>
      <Problem text={error} />
      <Explanations execution={execution} />
      <Timeline execution={execution} selected={span?.id} select={select} />
      <div class="machine-and-data">
        <MachineGraph execution={execution} selected={span?.name} select={selectState} />
        <section class="data" aria-label="Input and output">
          {span ? (
            <State execution={execution} span={span} close={() => select(undefined)} />
          ) : (
            <WholeExecution execution={execution} />
          )}
        </section>
      </div>
    </>
  );
}

function WholeExecution({ execution }: { execution: ExecutionDetail }) {
  const { arn, name, machine, machineArn, status, events, input, output, error, cause } = execution;
  return (
    <>
      <div class="data-head">
        <h2 class="minor">The whole execution</h2>
        <p class="muted">Select a bar or a state to see its input and output.</p>
      </div>
      <dl class="facts">
        <dt>Name</dt>
        <dd>
          <code>{name}</code>
        </dd>
        <dt>State machine</dt>
        <dd>
          <code>{machine}</code>
        </dd>
        <dt>History</dt>
        <dd>{count(events, 'event')}</dd>
      </dl>
      <Payload label="Input" text={input} />
      {error === undefined ? (
        <Payload label="Output" text={output} none={status === 'RUNNING' ? 'The execution is running.' : 'None.'} />
      ) : (
        <Payload label={`Error: ${error}`} text={cause} none="It has no cause." />
      )}
      <div class="actions">
        <ActionButton label="Start again" run={() => startExecution(machineArn, input)} />
        {status === 'RUNNING' && (
          <ActionButton label="Stop" run={() => callService('AWSStepFunctions.StopExecution', { executionArn: arn })} />
        )}
      </div>
      <Commands
        commands={[
          ['Describe the execution', `aws stepfunctions describe-execution --execution-arn ${quoted(arn)}`],
          ['Read its history', `aws stepfunctions get-execution-history --execution-arn ${quoted(arn)}`],
          ['Stop it', `aws stepfunctions stop-execution --execution-arn ${quoted(arn)}`],
          ['Start it again', startCommand(machineArn, input)],
        ]}
      />
    </>
  );
}

interface StateProps {
  execution: ExecutionDetail;
  span: Span;
  close: () => void;
}

function State({ execution, span, close }: StateProps) {
  const { id, name, type, status, start, end, lane } = span;
  const { data, error } = useData<StateData>(['executions', execution.arn, String(id)], end ? [] : ['executions']);
  return (
    <>
      <div class="data-head">
        <h2 class="minor">{name}</h2>
        <button type="button" class="quiet" onClick={close}>
          Show the whole execution
        </button>
      </div>
      <dl class="facts">
        <dt>Status</dt>
        <dd>
          <StatusLabel status={status} />
        </dd>
        <dt>{type}</dt>
        <dd>
          in {execution.lanes[lane]?.label}, {time(start)}
          {end !== undefined && `, for ${duration(end - start)}`}
        </dd>
      </dl>
      <Attempts span={span} />
      <Problem text={error} />
      <Payload label="Input" text={data?.input} />
      <Payload label="Output" text={data?.output} none={end === undefined ? 'The state is running.' : 'None.'} />
    </>
  );
}

function Attempts({ span: { attempts } }: { span: Span }) {
  const failed = attempts.filter(({ error }) => error !== undefined);
  if (failed.length === 0) return null;
  return (
    <ol class="attempts" aria-label="Failed attempts">
      {attempts.map(({ start, end, error, cause }) => (
        <li key={start} class={error === undefined ? '' : 'bad'}>
          <strong>{error ?? (end === undefined ? 'Running' : 'Succeeded')}</strong>{' '}
          <span class="muted">{end !== undefined && `after ${duration(end - start)}`}</span>
          {cause && <pre>{messageOf(cause)}</pre>}
        </li>
      ))}
    </ol>
  );
}

/** The message of a Lambda function's error, which is JSON. */
function messageOf(cause: string): string {
  try {
    const { errorMessage } = JSON.parse(cause);
    return typeof errorMessage === 'string' ? errorMessage : cause;
  } catch {
    return cause;
  }
}
