/** An AWS quota of one account in one region. */
export interface Quota {
  name: string;
  limit: number;
  source: string;
  adjustable: string;
}

// As known in 2025.

export const exportJobs: Quota = {
  name: 'Personalize: running export jobs',
  limit: 5,
  source: 'observed for import jobs; not documented for export jobs, assumed to be the same',
  adjustable: 'assumed: no',
};
export const startExecution: Quota = {
  name: 'Step Functions: StartExecution per second (bucket 1,300)',
  limit: 300,
  source: 'Step Functions quotas page: us-east-1, us-west-2, eu-west-1; elsewhere 150 and a bucket of 800',
  adjustable: 'yes',
};
export const stateTransitions: Quota = {
  name: 'Step Functions: state transitions per second',
  limit: 800,
  source: 'Step Functions quotas page: most regions; 5,000 in us-east-1, us-west-2, eu-west-1; less in a new account',
  adjustable: 'yes',
};
export const openExecutions: Quota = {
  name: 'Step Functions: open executions',
  limit: 1_000_000,
  source: 'Step Functions quotas page',
  adjustable: 'yes',
};
export const lambdaConcurrency: Quota = {
  name: 'Lambda: concurrent executions',
  limit: 1_000,
  source: 'Lambda quotas page; a new account has less',
  adjustable: 'yes',
};
export const schedulerInvocations: Quota = {
  name: 'EventBridge Scheduler: invocations per second',
  limit: 500,
  source: 'EventBridge Scheduler quotas page: 1,000 in the large regions, 500 elsewhere',
  adjustable: 'yes',
};
export const eventBridgeInvocations: Quota = {
  name: 'EventBridge: target invocations per second',
  limit: 750,
  source: 'EventBridge quotas page: 18,750 in us-east-1, from 750 elsewhere',
  adjustable: 'yes',
};
