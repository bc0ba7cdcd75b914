import { expect, it } from 'vitest';
import { ofType, propertiesOf, type SetName, setNames, templateOf } from './packaged.ts';

interface Widget {
  type: 'alarm' | 'metric' | 'log';
  x: number;
  y: number;
  width: number;
  height: number;
  properties: { title: string; region?: string; query?: string; metrics?: unknown[][]; alarms?: string[] };
}

async function widgetsOf(name: SetName): Promise<Widget[]> {
  const { DashboardBody } = propertiesOf(await templateOf(name), 'Dashboard');
  return JSON.parse((DashboardBody as { 'Fn::Sub': string })['Fn::Sub']).widgets;
}

const widgets = await widgetsOf('every option');
/** The names of all metrics with a widget, and the metrics that searches find. */
const shown = widgets.flatMap(({ properties }) => (properties.metrics ?? []).map((metric) => JSON.stringify(metric)));

it('the dashboard is named after its stage', async () => {
  expect(propertiesOf(await templateOf('every option'), 'Dashboard').DashboardName).toBe(
    'personalize-dataset-export-prod',
  );
});

it("the dashboard's widgets do not overlap, and stay within its 24 columns", () => {
  const cells = widgets.flatMap(({ x, y, width, height }) =>
    Array.from({ length: width * height }, (_, cell) => `${x + (cell % width)},${y + Math.floor(cell / width)}`),
  );
  expect(new Set(cells).size).toBe(cells.length);
  expect(Math.max(...widgets.map(({ x, width }) => x + width))).toBe(24);
});

it('the dashboard shows the region of its deployment', () => {
  const regions = widgets.filter(({ type }) => type !== 'alarm').map(({ properties }) => properties.region);
  expect(new Set(regions)).toEqual(new Set([`\${AWS::Region}`]));
});

it.each(setNames)('the dashboard shows every alarm of the template (%s)', async (name) => {
  const alarms = (await widgetsOf(name)).flatMap(({ properties }) => properties.alarms ?? []);
  const arns = ofType(await templateOf(name), 'AWS::CloudWatch::Alarm').map(
    ([, { Properties }]) =>
      `arn:\${AWS::Partition}:cloudwatch:\${AWS::Region}:\${AWS::AccountId}:alarm:${Properties.AlarmName}`,
  );
  expect(alarms.sort()).toEqual(arns.sort());
});

it.each([
  'Exports',
  'ExecutionsFailed',
  'ExecutionsTimedOut',
  'ExecutionsAborted',
  'ExecutionThrottled',
  'Throttles',
  'Errors',
  'NumberOfNotificationsFailed',
  'DestinationDeliveryFailures',
  'ExecutionNamesTaken',
  'ApproximateNumberOfMessagesVisible',
])('the dashboard shows the metric %s, which an alarm watches', (metric) => {
  expect(shown.some((text) => text.includes(`"${metric}"`) || text.includes(`\\"${metric}\\"`))).toBe(true);
});

it('the dashboard queries the logs of notify and create-export-job', () => {
  const queries = widgets.flatMap(({ properties }) => properties.query ?? []);
  expect(queries.map((query) => query.split(' | ')[0])).toEqual([
    "SOURCE '/aws/lambda/personalize-dataset-export-prod-notify'",
    "SOURCE '/aws/lambda/personalize-dataset-export-prod-create-export-job'",
  ]);
});
