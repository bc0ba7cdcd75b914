import { AT } from './account.ts';
import { type Broken, changed, only, refuses, resources, STACK, stack } from './broken.ts';
import { sdkError } from './examine.ts';

/** What can be broken of the stack, its functions, the state machine and its executions. */
export const BROKEN_DEPLOYMENT: Broken[] = [
  // The stack
  [
    'an update that runs',
    stack({ StackStatus: 'UPDATE_IN_PROGRESS' }),
    'stack state',
    'warn',
    /UPDATE_IN_PROGRESS/,
    /describe-stacks/,
  ],
  [
    'an update that was rolled back',
    stack({ StackStatus: 'UPDATE_ROLLBACK_COMPLETE', StackStatusReason: 'Export failed' }),
    'stack state',
    'warn',
    /Export failed/,
    /npm run deploy -- --stage prod/,
  ],
  [
    'a failed rollback',
    stack({ StackStatus: 'UPDATE_ROLLBACK_FAILED' }),
    'stack state',
    'fail',
    /FAILED/,
    /continue-update-rollback/,
  ],
  [
    'a first deployment that failed',
    stack({ StackStatus: 'ROLLBACK_COMPLETE' }),
    'stack state',
    'fail',
    /ROLLBACK_COMPLETE/,
    /npm run deploy/,
  ],
  ['a status that nobody knows', stack({ StackStatus: 'PAUSED' }), 'stack state', 'unknown', /PAUSED/, /console/],
  [
    'drift',
    stack({ DriftInformation: { StackDriftStatus: 'DRIFTED' } }),
    'stack drift',
    'warn',
    /DRIFTED/,
    /describe-stack-resource-drifts/,
  ],
  [
    'drift that nobody has checked',
    stack({ DriftInformation: undefined }),
    'stack drift',
    'unknown',
    /checked/,
    /detect-stack-drift/,
  ],
  [
    'a resource that failed',
    resources(([first, ...others]) => [
      { ...first, ResourceStatus: 'UPDATE_FAILED', ResourceStatusReason: 'no' },
      ...others,
    ]),
    'stack resources',
    'fail',
    /is UPDATE_FAILED \(no\)/,
    /npm run deploy/,
  ],
  [
    'a resource that CloudFormation does not list',
    resources((all) => all.slice(1)),
    'stack resources',
    'unknown',
    /does not list/,
    /list-stack-resources/,
  ],
  // The functions
  [
    'a function that was deleted',
    only('GetFunctionConfiguration', { FunctionName: `${STACK}-notify` }, sdkError('ResourceNotFoundException')),
    'functions notify',
    'fail',
    /no function personalize-dataset-export-prod-notify/,
    /serverless remove .*npm run deploy/,
  ],
  [
    'a function with another runtime',
    only(
      'GetFunctionConfiguration',
      { FunctionName: `${STACK}-notify` },
      { State: 'Active', LastUpdateStatus: 'Successful', Runtime: 'nodejs20.x' },
    ),
    'functions notify',
    'warn',
    /nodejs20\.x.*nodejs24\.x/,
    /npm run deploy/,
  ],
  [
    'a function with a failed update',
    only(
      'GetFunctionConfiguration',
      { FunctionName: `${STACK}-notify` },
      { State: 'Active', LastUpdateStatus: 'Failed', LastUpdateStatusReason: 'no role', Runtime: 'nodejs24.x' },
    ),
    'functions notify',
    'fail',
    /Failed: no role/,
    /npm run deploy/,
  ],
  [
    'a function that is created',
    only(
      'GetFunctionConfiguration',
      { FunctionName: `${STACK}-notify` },
      { State: 'Pending', LastUpdateStatus: 'Successful', Runtime: 'nodejs24.x' },
    ),
    'functions notify',
    'warn',
    /Pending/,
    /Wait/,
  ],
  // The state machine
  [
    'a state machine that was deleted',
    refuses('DescribeStateMachine', sdkError('StateMachineDoesNotExist')),
    'state-machine state',
    'fail',
    /no state machine/,
    /npm run deploy/,
  ],
  [
    'a state machine that is deleted now',
    changed('DescribeStateMachine', { status: 'DELETING' }),
    'state-machine state',
    'fail',
    /DELETING/,
    /npm run deploy/,
  ],
  [
    'a definition that somebody changed',
    changed('DescribeStateMachine', { definition: '{"StartAt": "X", "States": {}}' }),
    'state-machine stack',
    'fail',
    /not that of the stack/,
    /npm run deploy/,
  ],
  // Executions
  [
    'a last execution that failed',
    () => ({
      ListExecutions: () => ({
        executions: [
          { executionArn: 'arn:x', status: 'FAILED', stopDate: AT },
          { executionArn: 'arn:y', status: 'SUCCEEDED', stopDate: AT },
        ],
      }),
    }),
    'executions',
    'warn',
    /1 FAILED, 1 SUCCEEDED; outcome of the failed ones, 1 REJECTED/,
    /describe-execution --execution-arn arn:x/,
  ],
  [
    'a last execution that timed out',
    () => ({ ListExecutions: () => ({ executions: [{ executionArn: 'arn:x', status: 'TIMED_OUT', stopDate: AT }] }) }),
    'executions',
    'warn',
    /1 TIMED_OUT/,
    /describe-execution/,
  ],
];
