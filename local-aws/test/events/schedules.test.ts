import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { type ScheduleSpec, scheduledInput, schedulesApi } from '../../src/events/schedules.ts';
import { localApi } from '../../src/protocols/local-api.ts';
import { type HttpServer, listen } from '../../src/protocols/server.ts';

const schedule: ScheduleSpec = {
  scheduleArn: 'arn:aws:scheduler:eu-west-1:123456789012:schedule/default/news-nightly',
  name: 'news-nightly',
  ...{ expression: 'rate(1 day)', timeZone: 'UTC', state: 'ENABLED' },
  target: {
    arn: 'arn:aws:lambda:eu-west-1:123456789012:function:start',
    roleArn: 'arn:aws:iam::123456789012:role/scheduler',
    input: '{"at":"<aws.scheduler.scheduled-time>","by":"<aws.scheduler.schedule-arn>","is":"<aws.scheduler.none>"}',
  },
};

const send = vi.fn();
let server: HttpServer;
beforeAll(async () => {
  server = await listen(0);
  server.handle(localApi({ schedules: schedulesApi([schedule], send) }));
});
afterAll(() => server?.close());
beforeEach(() => void send.mockReset());

async function call(method: string, path: string) {
  const response = await fetch(`http://127.0.0.1:${server.port}/_local/schedules${path}`, { method });
  return { status: response.status, body: (await response.json()) as { scheduledTime: string } };
}

it('the input of a schedule has the context attributes of Scheduler, and keeps unknown ones', () => {
  expect(scheduledInput(schedule, '2026-03-14T02:00:00Z')).toEqual({
    ...{ at: '2026-03-14T02:00:00Z', by: schedule.scheduleArn },
    is: '<aws.scheduler.none>',
  });
});

it.each(['/news-nightly', '/nightly'])('POST /_local/schedules%s triggers the schedule once', async (path) => {
  const { status, body } = await call('POST', path);
  expect({ status, body }).toEqual({
    status: 202,
    body: { name: schedule.name, scheduledTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) },
  });
  const input = scheduledInput(schedule, body.scheduledTime);
  expect(send.mock.calls).toEqual([[input, schedule.target, schedule.scheduleArn]]);
});

it('GET /_local/schedules lists the schedules', async () => {
  expect(await call('GET', '')).toEqual({ status: 200, body: [schedule] });
});

it.each([
  ['GET', '/nightly', 405, 'The method GET is not allowed. Allowed: POST.'],
  ['POST', '', 405, 'The method POST is not allowed. Allowed: GET.'],
  ['POST', '/ightly', 404, 'There is no schedule ightly. The schedules are: news-nightly.'],
])('%s /_local/schedules%s is answered with %i and triggers nothing', async (method, path, status, message) => {
  expect(await call(method, path)).toEqual({ status, body: expect.objectContaining({ message }) });
  expect(send).not.toHaveBeenCalled();
});
