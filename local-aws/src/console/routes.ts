import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { AwsError } from '../protocols/aws-json.ts';
import { methodNotAllowed, notFound } from '../protocols/local-api.ts';
import { parseJsonObject, readBody } from '../protocols/read-body.ts';
import { type BusRecord, busEventOf } from './bus-events.ts';
import { datasetList } from './datasets.ts';
import { executionViews } from './executions.ts';
import { exportDetail, exportList, headerOf } from './exports.ts';
import { graphOf } from './graph.ts';
import { type ConsoleRoutes, invalid } from './http.ts';
import type { ConsoleKnowledge } from './knowledge.ts';
import { streamRevisions } from './live.ts';
import { messageList } from './messages.ts';
import type { EventList, Message, MessageList, Overview, Revisions } from './page/model.ts';
import { jobsRevision } from './personalize-lists.ts';
import type { Recent } from './recent.ts';
import type { ConsoleSources } from './sources.ts';

export interface Memory {
  messages: Recent<Message>;
  events: Recent<BusRecord>;
  historyEvents: number;
}

type Route = (path: string[], query: URLSearchParams, request: IncomingMessage) => unknown;

const MOST_EVENT_BYTES = 256 * 1024;
const MOST_HEADER_BYTES = 64 * 1024;

/** What the page reads, by the first part of the path; and the two things that it can change by itself. */
export function consoleRoutes(knowledge: ConsoleKnowledge, sources: ConsoleSources, memory: Memory): ConsoleRoutes {
  const reads = readRoutes(knowledge, sources, memory);
  const writes = writeRoutes(knowledge, sources);
  return async (request, response, [name = '', ...path], query) => {
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (name === 'changes' && isRead) return streamRevisions(response, () => revisionsOf(sources, memory));
    const routes = isRead ? reads : writes;
    if (!isRead && request.method !== 'POST') throw methodNotAllowed(request, response, 'GET, HEAD, POST');
    const route = Object.hasOwn(routes, name) ? routes[name] : undefined;
    const body = await route?.(path, query, request);
    if (body === undefined) throw notFound(request);
    return body;
  };
}

function readRoutes(knowledge: ConsoleKnowledge, sources: ConsoleSources, memory: Memory): Record<string, Route> {
  const executions = executionViews(sources, knowledge);
  return {
    overview: () => overviewOf(sources, knowledge),
    executions([arn, eventId]) {
      if (arn === undefined) return executions.list(memory.messages.list());
      return eventId === undefined
        ? executions.detail(arn, memory.messages.list())
        : executions.data(arn, Number(eventId));
    },
    machines([arn]) {
      const machine = sources.machines().find(({ stateMachineArn }) => stateMachineArn === arn);
      return machine && graphOf(machine.definition);
    },
    messages: (_, query) => messagesFor(query.get('policy'), sources, knowledge, memory),
    exports: ([arn]) =>
      arn === undefined ? exportList(sources) : exportDetail(arn, sources, knowledge, memory.messages.list()),
    datasets: () => datasetList(sources),
    events: () => eventsOf(sources, memory),
    faults: () => ({
      faults: sources.faults(),
      presets: knowledge.faults ?? [],
      operations: sources.operations,
    }),
  };
}

function writeRoutes(knowledge: ConsoleKnowledge, sources: ConsoleSources): Record<string, Route> {
  return {
    async events(_, __, request) {
      const event = parseJsonObject(await readBody(request, MOST_EVENT_BYTES));
      const id = randomUUID();
      sources.publish({ ...completed(event), id });
      return { id };
    },
    async schema([datasetType = ''], _, request) {
      const columns = headerOf(await readBody(request, MOST_HEADER_BYTES));
      return { columns, schema: sources.proposedSchema(datasetType, columns) };
    },
    async trials([id]) {
      const trial = knowledge.trials?.[Number(id)];
      if (!trial) return undefined;
      try {
        await trial.run(sources.environment());
      } catch (error) {
        throw new AwsError('TrialFailed', `It did not work: ${(error as Error).message}`, 409);
      }
      return { done: trial.title };
    },
  };
}

/** @throws AwsError for an event without the text that every rule may ask for */
function completed(event: Record<string, unknown>): Record<string, unknown> {
  for (const member of ['source', 'detail-type']) {
    if (typeof event[member] === 'string' && event[member] !== '') continue;
    throw invalid(
      `The event's ${member} is ${JSON.stringify(event[member]) ?? 'missing'}. Give a text that is not empty.`,
    );
  }
  if (typeof event.detail !== 'object' || event.detail === null || Array.isArray(event.detail)) {
    throw invalid(`The event's detail is ${JSON.stringify(event.detail) ?? 'missing'}. Give a JSON object.`);
  }
  const time = new Date().toISOString().replace(/\.\d+/, '');
  return { version: '0', resources: [], ...event, time };
}

function overviewOf(sources: ConsoleSources, knowledge: ConsoleKnowledge): Overview {
  const { AWS_ENDPOINT_URL = '' } = sources.environment();
  const { exampleInput = {} } = knowledge;
  return {
    ...{ title: knowledge.title ?? 'Local AWS', endpoint: AWS_ENDPOINT_URL },
    trials: (knowledge.trials ?? []).map(({ title, description, commands }, index) => ({
      ...{ id: String(index), title, description, commands },
    })),
    machines: sources.machines().map(({ stateMachineArn: arn, name }) => ({
      ...{ arn, name, example: JSON.stringify(exampleInput, undefined, 2) },
    })),
  };
}

function messagesFor(
  text: string | null,
  { matches }: ConsoleSources,
  { filterPolicies = [] }: ConsoleKnowledge,
  { messages }: Memory,
): MessageList {
  if (!text) return messageList(messages.list(), filterPolicies, matches);
  try {
    const policy = parseJsonObject(Buffer.from(text));
    // Even without a message, a policy that is not valid is reported.
    matches(policy, {});
    return messageList(messages.list(), [...filterPolicies, { name: 'Yours', policy }], matches);
  } catch (error) {
    throw invalid(`The filter policy can't be used. ${(error as Error).message}`);
  }
}

function eventsOf({ matches, schedules }: ConsoleSources, { events }: Memory): EventList {
  return {
    events: events.list().map((record) => busEventOf(record, matches)),
    schedules: schedules.map(({ name, expression, timeZone, state, target }) => ({
      ...{ name, expression, timeZone, state, input: target.input },
    })),
  };
}

function revisionsOf(sources: ConsoleSources, memory: Memory): Revisions {
  return {
    executions: `${memory.historyEvents}/${memory.messages.count}`,
    messages: String(memory.messages.count),
    events: String(memory.events.count),
    jobs: jobsRevision(sources.personalize),
    faults: JSON.stringify(sources.faults()),
  };
}
