import { randomUUID } from 'node:crypto';
import { AwsError } from '../protocols/aws-json.ts';
import { type LocalRoute, methodNotAllowed } from '../protocols/local-api.ts';
import type { EventsService } from './service.ts';

/** A schedule of the packaged template. */
export interface ScheduleSpec {
  scheduleArn: string;
  name: string;
  expression: string;
  timeZone: string;
  state: 'ENABLED' | 'DISABLED';
  target: { arn: string; roleArn: string; input: string; deadLetterArn?: string };
}

/** What Scheduler sends at `scheduledTime`: the target's input with its context attributes filled in.
 * Source: EventBridge Scheduler user guide, "Adding context attributes". */
export function scheduledInput({ target, scheduleArn }: ScheduleSpec, scheduledTime: string): object {
  const attributes: Record<string, string> = {
    'aws.scheduler.scheduled-time': scheduledTime,
    'aws.scheduler.execution-id': randomUUID(),
    'aws.scheduler.attempt-number': '1',
    'aws.scheduler.schedule-arn': scheduleArn,
  };
  return JSON.parse(target.input.replace(/<(aws\.scheduler\.[a-z-]+)>/g, (all, key: string) => attributes[key] ?? all));
}

/** `GET /_local/schedules` lists the schedules. They do not run by the clock: `POST /_local/schedules/<name>` triggers one.
 * The name may leave out the stack's prefix. */
export function schedulesApi(schedules: readonly ScheduleSpec[], send: EventsService['send']): LocalRoute {
  return async (request, response, wanted) => {
    if (wanted === '') {
      if (request.method !== 'GET') throw methodNotAllowed(request, response, 'GET');
      return schedules;
    }
    if (request.method !== 'POST') throw methodNotAllowed(request, response, 'POST');
    const schedule = schedules.find(({ name }) => name === wanted || name.endsWith(`-${wanted}`));
    if (!schedule) {
      const names = schedules.map(({ name }) => name).join(', ') || 'none';
      throw new AwsError('NotFound', `There is no schedule ${wanted}. The schedules are: ${names}.`, 404);
    }
    const scheduledTime = new Date().toISOString().replace(/\.\d+/, '');
    send(scheduledInput(schedule, scheduledTime), schedule.target, schedule.scheduleArn);
    response.statusCode = 202;
    return { name: schedule.name, scheduledTime };
  };
}
