import { FunctionError, type InvokeFunction } from '../protocols/invoke-function.ts';
import { changeAnswer } from './change-answer.ts';
import type { CallFault } from './fault.ts';
import type { Faults } from './faults.ts';
import { pause } from './pause.ts';

const messages: Record<string, string> = {
  'Sandbox.Timedout': 'Error: Task timed out',
  'Runtime.ExitError': 'Error: Runtime exited with error: signal: killed',
  'Lambda.TooManyRequestsException': 'Rate Exceeded.',
  'Lambda.SdkClientException': 'Unable to execute HTTP request: Connection reset',
  'Lambda.Unknown': 'The cause could not be determined because Lambda did not return an error type.',
};

/** Applies the faults for `lambda` to functions.
 * @param operationOf returns the name of a function in a fault */
export function withFunctionFaults(
  invoke: InvokeFunction,
  faults: Faults,
  operationOf: (functionArn: string) => string,
): InvokeFunction {
  return async (functionArn, event) => {
    const fault = faults.hitCall('lambda', operationOf(functionArn));
    if (!fault) return await invoke(functionArn, event);
    const { cut, delayMs = 0, answer } = fault;
    const failure = failureOf(fault);
    if (cut === 'after') await invoke(functionArn, event).catch(() => {});
    if (failure) {
      await pause(delayMs);
      throw failure;
    }
    try {
      const result = await invoke(functionArn, event);
      return answer ? changeAnswer(result, answer) : result;
    } finally {
      await pause(delayMs);
    }
  };
}

function failureOf({ error, status, cut, message }: CallFault): FunctionError | undefined {
  const errorType = error ?? errorOfStatus(status) ?? errorOfCut(cut);
  if (!errorType) return undefined;
  const errorMessage = message ?? messages[errorType] ?? `${errorType}: a fault that was set at /_local/faults`;
  return new FunctionError({ errorType, errorMessage, trace: [] });
}

/** The name that Step Functions gives to an error of Lambda itself. */
function errorOfStatus(status: number | undefined): string | undefined {
  if (status === undefined) return undefined;
  return status === 429 ? 'Lambda.TooManyRequestsException' : 'Lambda.ServiceException';
}

function errorOfCut(cut: CallFault['cut']): string | undefined {
  if (cut === undefined) return undefined;
  return cut === 'before' ? 'Lambda.SdkClientException' : 'Lambda.Unknown';
}
