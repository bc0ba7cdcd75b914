import { expect, it } from 'vitest';
import { propertiesOf, templateOf } from './packaged.ts';

interface Widget {
  type: 'metric' | 'log';
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { region: string; query?: string; metrics?: unknown[][] };
}

const template = await templateOf('every option');
const { DashboardName, DashboardBody } = propertiesOf(template, 'Dashboard');
const [body, logs] = (DashboardBody as { 'Fn::Sub': [string, Record<string, string>] })['Fn::Sub'];
const { widgets } = JSON.parse(body) as { widgets: Widget[] };

it('is named after its stage', () => {
  expect(DashboardName).toBe('personalize-dataset-export-prod');
});

it('has five widgets of its own region that do not overlap', () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
  );
  expect(widgets).toHaveLength(5);
  expect(new Set(cells).size).toBe(cells.length);
  expect(new Set(widgets.map(({ properties }) => properties.region))).toEqual(new Set([`\${AWS::Region}`]));
});

it('shows executions, their time, dead letters and errors of start-export', () => {
  const metrics = widgets.flatMap(({ properties }) => properties.metrics ?? []);
  const names = metrics.flatMap(([, name]) => (typeof name === 'string' ? name : []));
  expect(names).toEqual([
    ...['ExecutionsStarted', 'ExecutionsSucceeded', 'ExecutionsFailed', 'ExecutionTime'],
    ...['ApproximateNumberOfMessagesVisible', 'Errors'],
  ]);
});

it('queries the logs of notify and create-export-job', () => {
  expect(logs).toEqual({
    notifyLog: '/aws/lambda/personalize-dataset-export-prod-notify',
    createLog: '/aws/lambda/personalize-dataset-export-prod-create-export-job',
  });
  expect(widgets.flatMap(({ properties }) => /SOURCE '\$\{(\w+)\}'/.exec(properties.query ?? '')?.[1] ?? [])).toEqual(
    Object.keys(logs),
  );
});
