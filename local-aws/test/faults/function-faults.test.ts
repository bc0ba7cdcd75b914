import { expect, it } from 'vitest';
import type { CallFault } from '../../src/faults/fault.ts';
import { createFaults } from '../../src/faults/faults.ts';
import { withFunctionFaults } from '../../src/faults/function-faults.ts';

const invoked = async (fault: Partial<CallFault>) => {
  let runs = 0;
  const run = async () => {
    runs += 1;
    return { phase: 'pending' };
  };
  const faults = createFaults([{ service: 'lambda', operation: 'notify', ...fault } as CallFault]);
  const invoke = withFunctionFaults(run, faults, (arn) => arn);
  const started = performance.now();
  const result = await invoke('notify', {}).catch((error) => error.payload);
  return { runs, result, milliseconds: performance.now() - started };
};

it.each<[fault: Partial<CallFault>, errorType: string, runs: number]>([
  [{ error: 'Sandbox.Timedout' }, 'Sandbox.Timedout', 0],
  [{ error: 'Runtime.ExitError' }, 'Runtime.ExitError', 0],
  [{ error: 'Lambda.TooManyRequestsException' }, 'Lambda.TooManyRequestsException', 0],
  [{ error: 'TypeError', message: 'x' }, 'TypeError', 0],
  [{ error: 'Sandbox.Timedout', cut: 'after' }, 'Sandbox.Timedout', 1],
  [{ status: 429 }, 'Lambda.TooManyRequestsException', 0],
  [{ status: 500 }, 'Lambda.ServiceException', 0],
  [{ cut: 'before' }, 'Lambda.SdkClientException', 0],
  [{ cut: 'after' }, 'Lambda.Unknown', 1],
])('the fault %j makes the function fail with %s after %i runs', async (fault, errorType, runs) => {
  const { message: errorMessage = expect.stringMatching(/./) } = fault;
  expect(await invoked(fault)).toMatchObject({ runs, result: { errorType, errorMessage, trace: [] } });
});

it('the fault delays the result of a function', async () => {
  const { runs, result, milliseconds } = await invoked({ delayMs: 60 });
  expect({ runs, result }).toEqual({ runs: 1, result: { phase: 'pending' } });
  expect(milliseconds).toBeGreaterThan(50);
});

it('a fault with an answer changes the result of the function', async () => {
  expect(await invoked({ answer: { set: { phase: 'odd' } } })).toMatchObject({ runs: 1, result: { phase: 'odd' } });
});

it('a fault of one function does not apply to another', async () => {
  expect(await invoked({ operation: 'plan-exports', error: 'TypeError' })).toMatchObject({
    result: { phase: 'pending' },
  });
});
