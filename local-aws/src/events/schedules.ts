import { randomUUID } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EventBridgeEvent, EventsService } from './service.ts';

/** A schedule of EventBridge Scheduler as the packaged template has it. */
export interface ScheduleSpec {
  scheduleArn: string;
  name: string;
  expression: string;
  timeZone: string;
  state: 'ENABLED' | 'DISABLED';
  target: { arn: string; roleArn: string; input: string; deadLetterArn?: string };
}

/** What Scheduler sends at `scheduledTime`: the input with its context attributes filled in. The clock does not run
 * here: a schedule is fired by hand. Source: EventBridge Scheduler user guide, "Adding context attributes". */
export function scheduledEvent({ target, scheduleArn }: ScheduleSpec, scheduledTime: string): EventBridgeEvent {
  const attributes: Record<string, string> = {
    'aws.scheduler.scheduled-time': scheduledTime,
    'aws.scheduler.execution-id': randomUUID(),
    'aws.scheduler.attempt-number': '1',
    'aws.scheduler.schedule-arn': scheduleArn,
  };
  return JSON.parse(target.input.replace(/<(aws\.scheduler\.[a-z-]+)>/g, (all, key: string) => attributes[key] ?? all));
}

/** `GET /_local/schedules` lists them; `POST /_local/schedules/<name>` fires one now, by its name with or without the
 * stack's. */
export function schedulesApi(schedules: ScheduleSpec[], send: EventsService['send']) {
  return async ({ method, url = '' }: IncomingMessage, response: ServerResponse): Promise<void> => {
    const wanted = decodeURIComponent(url.split('?')[0]?.replace(/^\/_local\/schedules\/?/, '') ?? '');
    const schedule = schedules.find(({ name }) => name === wanted || name.endsWith(`-${wanted}`));
    if (wanted === '' && method === 'GET') return write(response, 200, schedules);
    if (wanted === '' || method !== 'POST') {
      return write(response, 405, { message: 'Allowed are GET /_local/schedules and POST /_local/schedules/<name>.' });
    }
    if (!schedule) {
      const names = schedules.map(({ name }) => name).join(', ') || 'none';
      return write(response, 404, { message: `There is no schedule ${wanted}. There are: ${names}.` });
    }
    const scheduledTime = new Date().toISOString().replace(/\.\d+/, '');
    send(scheduledEvent(schedule, scheduledTime), schedule.target, schedule.scheduleArn);
    write(response, 202, { name: schedule.name, scheduledTime });
  };
}

function write(response: ServerResponse, statusCode: number, body: unknown): void {
  response.writeHead(statusCode, { 'content-type': 'application/json' });
  response.end(`${JSON.stringify(body)}\n`);
}
