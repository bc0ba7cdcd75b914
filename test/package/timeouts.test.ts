import { expect, it } from 'vitest';
import { definition, type Machine, type State } from '../../scripts/definition.ts';
import { config, personalize } from '../../src/lambda/clients.ts';
import { MAX_VERIFICATION_CALLS, MAX_VERIFICATION_MINUTES } from '../../src/lambda/limits.ts';
import { requestSchema } from '../../src/plan/request.ts';
import { ofType, propertiesOf, templateOf } from './packaged.ts';

const template = await templateOf('every option');

/** The tasks of a machine, and of the Maps in it. */
const tasksOf = ({ States }: Machine): [name: string, task: State][] =>
  Object.entries(States).flatMap(([name, state]) => [
    ...(state.Type === 'Task' ? [[name, state] satisfies [string, State]] : []),
    ...(state.ItemProcessor ? tasksOf(state.ItemProcessor) : []),
  ]);

/** How long the function of a task may run, in seconds. */
function functionTimeout({ Resource = '' }: State): number {
  const { DefinitionSubstitutions } = propertiesOf(template, 'ExportStateMachine');
  const arns = DefinitionSubstitutions as Record<string, { 'Fn::GetAtt': [string, string] }>;
  const [id = ''] = arns[Resource.slice(2, -1)]?.['Fn::GetAtt'] ?? [];
  return Number(propertiesOf(template, id).Timeout);
}

it.each(tasksOf(definition))(
  'the task %s has more time than its function, which then reports the error itself',
  (_, task) => {
    expect(task.TimeoutSeconds).toBeGreaterThan(functionTimeout(task));
  },
);

it('each function has more time than the slowest call that the SDK retries', async () => {
  const { connectionTimeout, requestTimeout } = config.requestHandler;
  const slowest = ((await personalize.config.maxAttempts()) * (connectionTimeout + requestTimeout)) / 1000;
  for (const [id, { Properties }] of ofType(template, 'AWS::Lambda::Function')) {
    expect(Properties.Timeout, id).toBeGreaterThan(slowest);
  }
});

it('an execution has more time than the longest deadline with a verification after it, but at most two hours more', () => {
  const longest = requestSchema.properties.deadlineMinutes.maximum * 60 + MAX_VERIFICATION_MINUTES * 60;
  expect(definition.TimeoutSeconds).toBeGreaterThan(longest);
  expect(definition.TimeoutSeconds).toBeLessThan(longest + 2 * 3600 + 1);
});

it('verify-export may be called often enough to read for the whole time of a verification', () => {
  const { Timeout } = propertiesOf(template, 'VerifyExportLambdaFunction');
  expect(MAX_VERIFICATION_CALLS * (Number(Timeout) - 60)).toBeGreaterThan(MAX_VERIFICATION_MINUTES * 60);
});

it('dead letters are kept for longer than any event is retried', () => {
  const { MessageRetentionPeriod } = propertiesOf(template, 'DeadLetterQueue');
  const ages = [
    propertiesOf(template, 'StartExportInvokeConfig').MaximumEventAgeInSeconds,
    ...ofType(template, 'AWS::Events::Rule').flatMap(([, { Properties }]) => maximumAges(Properties.Targets)),
    ...ofType(template, 'AWS::Scheduler::Schedule').flatMap(([, { Properties }]) => maximumAges([Properties.Target])),
  ];
  expect(ages).toHaveLength(8);
  for (const age of ages) expect(MessageRetentionPeriod).toBeGreaterThan(Number(age));
});

const maximumAges = (targets: unknown) =>
  (targets as { RetryPolicy: { MaximumEventAgeInSeconds: number } }[]).map(
    ({ RetryPolicy }) => RetryPolicy.MaximumEventAgeInSeconds,
  );
