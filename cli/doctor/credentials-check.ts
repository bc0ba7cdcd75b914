import { type Check, ok } from './check.ts';

/** The identity is asked before everything else: without it, the command ends. */
export const credentialsCheck: Check = {
  name: 'credentials',
  checks: 'Who asks, in which account and region. Without valid credentials, the command ends with status 2.',
  why: 'Every other check depends on it.',
  actions: [],
  needsStack: false,
  run: async ({ deployment: { callerArn, account, region } }) => [ok(`${callerArn}, account ${account}, ${region}`)],
};
