import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { stringify } from 'yaml';
import { packageWith } from './packaged.ts';

type Resolve = (address: string) => Promise<unknown>;
const require = createRequire(import.meta.url);
const readSchedules = require('../../resources/read-schedules.cjs') as (
  file: string,
  stack: string,
) => Promise<{ schedules: object[]; faults: string[] }>;
const schedulesResources = require('../../resources/schedules.cjs') as (of: {
  resolveVariable: Resolve;
}) => Promise<{ Resources: Record<string, { Properties: Record<string, unknown> }> }>;

const stack = 'personalize-dataset-export-dev';
const request = { datasetArn: 'arn:aws:personalize:eu-west-1:123456789012:dataset/shop/ITEMS' };
const schedule = { name: 'nightly', expression: 'cron(0 2 * * ? *)', request };

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'schedules-'));
  file = join(folder, 'schedules.yml');
});
afterAll(() => rm(folder, { recursive: true }));

async function reading(text: string) {
  await writeFile(file, text);
  return await readSchedules(file, stack);
}
const readingEntries = (...entries: unknown[]) => reading(stringify(entries));

describe('the schedules file', () => {
  it.each([
    ['an empty list', '[]'],
    ['only comments', '# - name: nightly\n'],
    ['nothing', ''],
  ])('the schedules file may hold %s', async (_, text) => {
    await expect(reading(text)).resolves.toEqual({ schedules: [], faults: [] });
  });

  it('the schedules file may be left out', async () => {
    await expect(readSchedules('', stack)).resolves.toEqual({ schedules: [], faults: [] });
  });

  it('the schedules file is read as YAML, with aliases and every field', async () => {
    const text = `
- &nightly
  name: nightly
  expression: cron(0 2 * * ? *)
  request: &request { datasetArn: "${request.datasetArn}" }
- name: every_6-hours
  expression: rate(6 hours)
  timeZone: America/Argentina/Buenos_Aires
  enabled: false
  request: { exports: [*request, *request] }
`;
    await expect(reading(text)).resolves.toEqual({
      schedules: [
        schedule,
        {
          name: 'every_6-hours',
          expression: 'rate(6 hours)',
          timeZone: 'America/Argentina/Buenos_Aires',
          enabled: false,
          request: { exports: [request, request] },
        },
      ],
      faults: [],
    });
  });

  it.each([
    ['a variable of the environment', `- name: "\${env:HOME}"`],
    ['a file that would be run', `\${file(./schedules.js)}`],
    ['a variable in the name of a field', `- { "\${env:HOME}": 1 }`],
    ['a variable that is spelled with an escape', '- name: "\\x24{env:HOME}"'],
  ])('the schedules file may not hold %s', async (_, text) => {
    const { schedules, faults } = await reading(text);
    expect(schedules).toEqual([]);
    expect(faults).toEqual([`${file}: contains \${, but variables are not replaced here. Write the values out.`]);
  });

  it('the schedules file may hold a variable in a comment', async () => {
    await expect(reading(`# \${env:HOME}\n[]`)).resolves.toEqual({ schedules: [], faults: [] });
  });

  it.each([
    ['a mapping', 'nightly: {}', 'is not a list of schedules'],
    ['a text', 'nightly', 'is not a list of schedules'],
    ['a syntax error', '- name: a\n  name: b\n', 'line 2 is not plain YAML: Map keys must be unique'],
    ['a tag of CloudFormation', '- name: !Ref Name', 'line 1 is not plain YAML: Unresolved tag: !Ref'],
    ['two documents', '[]\n---\n[]', 'line 2 is not plain YAML'],
    ['an alias of nothing', '- *nightly', 'cannot be read: Unresolved alias'],
    ['a list that holds itself', '&list [*list]', ''],
  ])('the schedules file may not be %s', async (_, text, fault) => {
    const { faults } = await reading(text);
    expect(faults).toEqual([expect.stringContaining(`${file}: ${fault}`.trim())]);
    expect(faults[0]).not.toContain('\n');
  });

  it('a schedules file that cannot be read is a fault', async () => {
    const { faults } = await readSchedules(folder, stack);
    expect(faults).toEqual([expect.stringMatching(/: cannot be read: EISDIR/)]);
  });
});

describe('a schedule', () => {
  it.each<[string, unknown, string]>([
    [
      'a wrong expression',
      { ...schedule, expression: 'cron(0 2 * * *)' },
      'expression: "cron(0 2 * * *)" has 5 fields',
    ],
    [
      'a time zone that does not exist',
      { ...schedule, timeZone: 'Europe/Atlantis' },
      'timeZone: "Europe/Atlantis" is not',
    ],
    [
      'a time zone in another case',
      { ...schedule, timeZone: 'europe/berlin' },
      'timeZone: "europe/berlin" is not the name of a time zone, such as Europe/Berlin. Write Europe/Berlin.',
    ],
    ['an offset as time zone', { ...schedule, timeZone: '+01:00' }, 'timeZone: "+01:00" is not'],
    ['an empty time zone', { ...schedule, timeZone: '' }, 'timeZone: "" is not'],
    ['a number as time zone', { ...schedule, timeZone: 1 }, 'timeZone: 1 is not'],
    [
      'an unknown field',
      { ...schedule, timezone: 'UTC' },
      'timezone: is not a known field; the fields are name, expression, timeZone, enabled, request.',
    ],
    ['a field that every object has', { ...schedule, toString: 1 }, 'toString: is not a known field'],
    ['no request', { name: 'nightly', expression: 'rate(1 day)' }, 'request: is missing.'],
    ['no expression', { name: 'nightly', request }, 'expression: is missing.'],
    ['a request that is a text', { ...schedule, request: 'all' }, 'request: request: give exactly one of'],
    ['a request that is null', { ...schedule, request: null }, 'request: request: give exactly one of'],
    [
      'a misspelt field in its request',
      { ...schedule, request: { ...request, jobname: 'x' } },
      'request: jobname: is not a known field',
    ],
    [
      'a wrong request in a batch',
      { ...schedule, request: { exports: [request, {}] } },
      'request: exports[1]: give exactly one of',
    ],
    [
      'a rejection as its request',
      { ...schedule, request: { ...request, rejection: 'x' } },
      'request: rejection: is not a known field',
    ],
    ['a state that is not a boolean', { ...schedule, enabled: 'yes' }, 'enabled: "yes" is neither true nor false.'],
  ])('with %s is a fault in one line, which names the entry and the field', async (_, entry, text) => {
    const { schedules, faults } = await readingEntries(schedule, { ...(entry as object), name: 'faulty' });
    expect(schedules).toEqual([]);
    expect(faults).toEqual([expect.stringContaining(`${file}: schedule "faulty": ${text.split(':')[0]}: `)]);
    expect(faults[0]).toContain(text);
  });

  it.each([
    ['no name', { expression: 'rate(1 day)', request }, 'schedule number 1: name: is missing.'],
    ['a number as its name', { ...schedule, name: 5 }, 'schedule number 1: name: 5 must be 1 to 30 letters'],
    [
      'a name with a space',
      { ...schedule, name: 'every night' },
      'schedule "every night": name: "every night" must be',
    ],
    ['a name of 31 characters', { ...schedule, name: 'n'.repeat(31) }, `name: "${'n'.repeat(31)}" must be 1 to 30`],
  ])('a schedule with %s is named by its name or its place', async (_, entry, text) => {
    const { faults } = await readingEntries(entry);
    expect(faults).toEqual([expect.stringContaining(text)]);
  });

  it.each([[null], ['nightly'], [[]], [5]])('a schedule that is %j is named by its place', async (entry) => {
    const { faults } = await readingEntries(schedule, entry);
    expect(faults).toEqual([`${file}: schedule number 2: is not an object with a name, an expression and a request.`]);
  });

  it('a schedule has a name of at most 64 characters together with the stack', async () => {
    const of = async (length: number, itsStack: string) => {
      await writeFile(file, stringify([{ ...schedule, name: 'n'.repeat(length) }]));
      return (await readSchedules(file, itsStack)).faults;
    };
    const longStack = 's'.repeat(37);
    expect(await of(26, longStack)).toEqual([]);
    expect(await of(27, longStack)).toEqual([
      expect.stringMatching(
        /: name: s+-n+ would have 65 characters; Scheduler allows 64\. The longest name that fits has 26\.$/,
      ),
    ]);
    expect(await of(30, stack)).toEqual([]);
  });

  it.each([
    ['nightly', 'nightly'],
    ['every-night', 'every_night'],
  ])('a schedule may not be named %s if another is named %s', async (one, other) => {
    const { faults } = await readingEntries({ ...schedule, name: one }, { ...schedule, name: other });
    expect(faults).toEqual([expect.stringContaining(`schedule "${other}": name: is too similar to "${one}"`)]);
  });

  it('every fault of the schedules is reported at once', async () => {
    const { faults } = await readingEntries({ name: 'a b', expression: 'x', request: {} });
    expect(faults.map((fault) => fault.split(': ')[2])).toEqual(['name', 'expression', 'request']);
  });
});

describe('the resources of schedules', () => {
  const resourcesOf = async (schedules: object[]) =>
    (
      await schedulesResources({
        resolveVariable: async (address) =>
          ({ 'self:custom.settings.schedules': schedules, 'self:custom.name': stack })[address],
      })
    ).Resources;

  it('a schedule runs in UTC, enabled, unless the entry says otherwise', async () => {
    expect((await resourcesOf([schedule])).ScheduleNightly?.Properties).toMatchObject({
      Name: `${stack}-nightly`,
      ScheduleExpressionTimezone: 'UTC',
      State: 'ENABLED',
    });
  });

  it('an empty list makes no schedules', async () => {
    expect(await resourcesOf([])).toEqual({});
  });
});

it('package stops at a wrong schedules file with a line for each fault, without a stack trace', async () => {
  vi.stubEnv('SECRET_OF_THE_TEST', 'secret');
  await writeFile(file, stringify([{ ...schedule, name: 'a b', enabled: 1 }, schedule]));
  const { message } = await packageWith({ schedulesFile: file }).catch((error) => error);
  expect(message.split('Error:\n')[1].trim().split('\n')).toEqual([
    `${file}: schedule "a b": name: "a b" must be 1 to 30 letters, digits, hyphens and underscores.`,
    `${file}: schedule "a b": enabled: 1 is neither true nor false.`,
  ]);
  await writeFile(file, stringify([{ ...schedule, name: `\${env:SECRET_OF_THE_TEST}` }]));
  const { message: refused } = await packageWith({ schedulesFile: file }).catch((error) => error);
  expect(refused).toContain(`contains \${`);
  expect(refused).not.toContain('secret');
  vi.unstubAllEnvs();
});
