import { useState } from 'preact/hooks';
import { callService } from './api.ts';
import { quoted } from './format.ts';
import type { Overview } from './model.ts';
import { ActionButton, Commands } from './parts.tsx';
import { show } from './route.ts';

/** Starts an execution, as `aws stepfunctions start-execution` does. */
export function StartExecution({ machines }: { machines: Overview['machines'] }) {
  const [arn, setArn] = useState(machines[0]?.arn ?? '');
  const [input, setInput] = useState(machines[0]?.example ?? '{}');
  if (machines.length === 0) return null;
  return (
    <details class="tools">
      <summary>Start an execution</summary>
      <div class="form">
        {machines.length > 1 && (
          <label>
            State machine
            <select value={arn} onChange={({ currentTarget }) => setArn(currentTarget.value)}>
              {machines.map((machine) => (
                <option key={machine.arn} value={machine.arn}>
                  {machine.name}
                </option>
              ))}
            </select>
          </label>
        )}
        <label>
          Input
          <textarea
            rows={5}
            spellcheck={false}
            value={input}
            onInput={({ currentTarget }) => setInput(currentTarget.value)}
          />
        </label>
        <ActionButton label="Start" isPrimary run={() => startExecution(arn, input)} />
        <Commands commands={[['Start the execution', startCommand(arn, input)]]} />
      </div>
    </details>
  );
}

/** Starts an execution and opens it. @throws CallError */
export async function startExecution(stateMachineArn: string, input: string): Promise<void> {
  const { executionArn } = await callService<{ executionArn: string }>('AWSStepFunctions.StartExecution', {
    stateMachineArn,
    input,
  });
  show('executions', executionArn);
}

export function startCommand(stateMachineArn: string, input: string): string {
  return `aws stepfunctions start-execution --state-machine-arn ${quoted(stateMachineArn)} --input ${quoted(compact(input))}`;
}

function compact(input: string): string {
  try {
    return JSON.stringify(JSON.parse(input));
  } catch {
    return input;
  }
}
