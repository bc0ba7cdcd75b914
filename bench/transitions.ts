import { parseArgs } from 'node:util';
import { table, writeSection } from './report.ts';
import { countExecutions } from './transitions-executions.ts';

// What each kind of execution costs in state transitions and history events, counted in the histories of real ones on the
// local AWS. `npm run bench:transitions`.

const { values: options } = parseArgs({ options: { 'no-write': { type: 'boolean', default: false } } });

const counts = await countExecutions();
const body = `Executions on the local AWS, counted in their histories. A transition is each state that is entered, those of a Map's iterations too, and each retry:
what Step Functions bills ("each time a step of your workflow is executed, including retries"). Each further poll takes three: Wait, Task and Choice; a
place in the queue takes three, too. An execution may have 25,000 events.

${table(
  ['an execution for', 'polls', 'transitions', 'history events', 'function invocations'],
  Object.entries(counts).map(([kind, { polls, transitions, events, invocations }]) => [
    kind,
    String(polls),
    String(transitions),
    String(events),
    String(Object.values(invocations).reduce((a, b) => a + b, 0)),
  ]),
)}`;
process.stdout.write(`${body}\n`);
if (!options['no-write']) writeSection('transitions', 'State transitions', 'npm run bench:transitions', body);
