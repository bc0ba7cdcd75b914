import { type ExecutionDescription, stepFunctionsService } from '../../../local/step-functions/service.ts';
import type { ExportDefaults } from '../../../src/plan-exports.ts';
import { stateMachineArn } from '../../unit/builders.ts';
import { definition, invokerOf } from '../functions.ts';
import type { FakeAws } from './fake-aws.ts';

const noCaller = { accessKeyId: '', accountId: '', region: '' };

/** A deployed machine, on which many executions may run at once. */
export interface Machine {
  /** Resolves with the description once the execution has ended. */
  execute(name: string, input: unknown): Promise<ExecutionDescription>;
  stop(name: string): void;
  /** What the functions failed with, each attempt. */
  errors: string[];
}

export function machine(aws: FakeAws, settings: Partial<ExportDefaults> = {}): Machine {
  const errors: string[] = [];
  const ends = new Map<string, (description: ExecutionDescription) => void>();
  const service = stepFunctionsService({
    retryIntervalSeconds: 0,
    invoke: invokerOf(aws.clients, settings),
    onHistoryEvent: (_, { lambdaFunctionFailedEventDetails: failed }) => {
      if (failed?.error) errors.push(failed.error);
    },
    onExecutionEnd: (description) => ends.get(description.executionArn)?.(description),
  });
  service.deployStateMachine({ stateMachineArn, name: 'exports', roleArn: '', definition });
  const arnOf = (name: string) => `${stateMachineArn.replace(':stateMachine:', ':execution:')}:${name}`;
  return {
    errors,
    execute: async (name, input) => {
      const { promise, resolve } = Promise.withResolvers<ExecutionDescription>();
      ends.set(arnOf(name), resolve);
      await service.operations.StartExecution?.({ stateMachineArn, name, input: JSON.stringify(input) }, noCaller);
      return await promise;
    },
    stop: (name) => void service.operations.StopExecution?.({ executionArn: arnOf(name) }, noCaller),
  };
}
