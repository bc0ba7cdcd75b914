import { ConnectionCut, type Interceptor } from '../protocols/api-request.ts';
import { changeAnswer } from './change-answer.ts';
import type { Faults } from './faults.ts';
import { pause } from './pause.ts';
import { serviceErrorOf } from './service-error.ts';

/** Applies the faults to the calls of the services. */
export function callFaults(faults: Faults): Interceptor {
  return async ({ service, operation }, act) => {
    // The faults of a function apply when it runs, whoever invokes it.
    const fault = service === 'lambda' ? undefined : faults.hitCall(service, operation);
    if (!fault) return await act('send');
    const { cut, delayMs = 0, answer } = fault;
    const error = serviceErrorOf(fault);
    // An error of the service is lost with its answer.
    if (cut === 'after') await act('discard').catch(() => {});
    if (cut || error) {
      await pause(delayMs);
      throw error ?? new ConnectionCut();
    }
    let isLate = false;
    const change = async (output: unknown) => {
      isLate = true;
      await pause(delayMs);
      return answer ? changeAnswer(output, answer) : output;
    };
    try {
      await act(change);
    } catch (refused) {
      if (!isLate) await pause(delayMs);
      throw refused;
    }
  };
}
