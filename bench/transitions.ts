import { parseArgs } from 'node:util';
import { table, writeSection } from './report.ts';
import { countExecutions } from './transitions-executions.ts';

// How many state transitions and history events each kind of execution uses, counted in the histories of executions on the
// local AWS.

const { values: options } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false } } });

const counts = await countExecutions();
const body = `Counted in the histories of executions on the local AWS. A transition is each state entered, in the iterations of a Map too, and each retry:
what Step Functions bills ("each time a step of your workflow is executed, including retries"). Each further poll takes three: Wait, Task and Choice.
So does each further attempt to create a job while the quota is full. An execution can have 25,000 events.

${table(
  ['an execution for', 'polls', 'transitions', 'history events', 'function invocations'],
  Object.entries(counts).map(([kind, { polls, transitions, events, invocations }]) => [
    kind,
    String(polls),
    String(transitions),
    String(events),
    String(invocations),
  ]),
)}`;
process.stdout.write(`${body}\n`);
if (!options['no-write']) writeSection('transitions', 'State transitions', body);
