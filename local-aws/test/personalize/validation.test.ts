import { CreateDatasetExportJobCommand, ListTagsForResourceCommand } from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportJobInput } from './scenario.ts';
import { type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
beforeAll(async () => {
  server = await startPersonalize();
});
afterAll(() => server.close());

const datasetArn = 'arn:aws:personalize:eu-west-1:111122223333:dataset/none/INTERACTIONS';
const valid = () => exportJobInput(datasetArn);

/** Past the SDK's own types and serialization, as another client would call. */
async function call(operation: string, input: unknown): Promise<{ status: number; __type: string; message: string }> {
  const headers = { 'x-amz-target': `AmazonPersonalize.${operation}`, authorization: '' };
  const response = await fetch(server.url, { method: 'POST', headers, body: JSON.stringify(input) });
  return { status: response.status, ...((await response.json()) as { __type: string; message: string }) };
}

const namePattern = String.raw`Member must satisfy regular expression pattern: ^[a-zA-Z0-9][a-zA-Z0-9\-_]*`;
const destination = (s3DataDestination: object) => ({ jobOutput: { s3DataDestination } });

describe('CreateDatasetExportJob', () => {
  it.each([
    [
      'a space in the name',
      { jobName: 'a b' },
      `Value 'a b' at 'jobName' failed to satisfy constraint: ${namePattern}`,
    ],
    ['a line break after the name', { jobName: 'a\n' }, namePattern],
    [
      'an empty name',
      { jobName: '' },
      "at 'jobName' failed to satisfy constraint: Member must have length greater than or equal to 1",
    ],
    ['64 characters', { jobName: 'a'.repeat(64) }, 'Member must have length less than or equal to 63'],
    [
      'no name',
      { jobName: undefined },
      "Value null at 'jobName' failed to satisfy constraint: Member must not be null",
    ],
    ['a null name', { jobName: null }, "Value null at 'jobName'"],
    ['no role', { roleArn: undefined }, "Value null at 'roleArn'"],
    [
      'a role that is none',
      { roleArn: 'arn:aws:iam::1:role/x' },
      String.raw`pattern: arn:([a-z\d-]+):iam::\d{12}:role/`,
    ],
    ['a dataset that is none', { datasetArn: 'dataset' }, "Value 'dataset' at 'datasetArn'"],
    ['an unknown mode', { ingestionMode: 'ANY' }, 'Member must satisfy enum value set: [BULK, PUT, ALL]'],
    ['no output', { jobOutput: undefined }, "Value null at 'jobOutput'"],
    ['no destination', { jobOutput: {} }, "Value null at 'jobOutput.s3DataDestination'"],
    ['no path', destination({}), "Value null at 'jobOutput.s3DataDestination.path'"],
    [
      'a path of no scheme',
      destination({ path: 'bucket/x' }),
      "Value 'bucket/x' at 'jobOutput.s3DataDestination.path'",
    ],
    ['a long path', destination({ path: `s3://${'a'.repeat(252)}` }), 'less than or equal to 256'],
    [
      'a key alias',
      destination({ path: 's3://b/x', kmsKeyArn: 'arn:aws:kms:eu-west-1:111122223333:alias/x' }),
      'kmsKeyArn',
    ],
    ['a tag key of 129', { tags: [{ tagKey: 'k'.repeat(129), tagValue: '' }] }, "at 'tags.1.member.tagKey'"],
    ['a tag without value', { tags: [{ tagKey: 'k' }] }, "Value null at 'tags.1.member.tagValue'"],
    ['a strange tag value', { tags: [{ tagKey: 'k', tagValue: '<' }] }, "Value '<' at 'tags.1.member.tagValue'"],
    ['201 tags', { tags: Array.from({ length: 201 }, (_, n) => ({ tagKey: `${n}`, tagValue: '' })) }, 'equal to 200'],
  ])('CreateDatasetExportJob refuses %s', async (_, change, message) => {
    const answer = await call('CreateDatasetExportJob', { ...valid(), ...change });
    expect(answer).toMatchObject({ status: 400, __type: 'InvalidInputException' });
    expect(answer.message).toMatch(/^(1 validation error|2 validation errors) detected: Value /);
    expect(answer.message).toContain(message);
  });

  it('CreateDatasetExportJob names several wrong members in one message', async () => {
    const { message } = await call('CreateDatasetExportJob', { jobName: '-', datasetArn: 'x', roleArn: null });
    expect(message).toMatch(/^4 validation errors detected: .*; .*; .*; /);
  });

  it.each([
    ['a number for text', { jobName: 7 }, 'NUMBER_VALUE can not be converted to a String'],
    ['an object for text', { jobName: {} }, 'Start of structure or map found where not expected.'],
    ['a list for a structure', { jobOutput: [] }, 'Start of list found where not expected.'],
    ['text for a list', { tags: 'x' }, 'STRING_VALUE can not be converted to a List'],
    ['null in a list', { tags: [null] }, 'NULL_VALUE can not be converted to a structure'],
  ])('CreateDatasetExportJob refuses the wrong type of %s', async (_, change, message) => {
    const answer = await call('CreateDatasetExportJob', { ...valid(), ...change });
    expect(answer).toMatchObject({ status: 400, __type: 'SerializationException', message });
  });
});

const EVENT = { eventType: 'click', sentAt: 1 };

it.each([
  ['ListDatasetExportJobs', { maxResults: 0 }, 'Member must have value greater than or equal to 1'],
  ['ListDatasetExportJobs', { maxResults: 101 }, 'Member must have value less than or equal to 100'],
  ['ListDatasetExportJobs', { nextToken: 'é' }, String.raw`pattern: \p{ASCII}{0,1500}`],
  ['CreateDatasetImportJob', { importMode: 'SOME' }, 'enum value set: [FULL, INCREMENTAL]'],
  ['CreateSchema', { name: 's', schema: '{}', domain: 'MUSIC' }, 'enum value set: [ECOMMERCE, VIDEO_ON_DEMAND]'],
  ['CreateDataset', { datasetType: 'Inter actions' }, "at 'datasetType'"],
  ['UntagResource', { resourceArn: datasetArn, tagKeys: [''] }, "Value '' at 'tagKeys.1.member'"],
  [
    'PutItems',
    { datasetArn, items: [] },
    "Value '[]' at 'items' failed to satisfy constraint: Member must have length",
  ],
  ['PutEvents', { trackingId: 't', sessionId: 's', eventList: [{ sentAt: 1 }] }, "'eventList.1.member.eventType'"],
  [
    'PutEvents',
    { trackingId: 'x'.repeat(257), sessionId: 's', eventList: [EVENT] },
    'length less than or equal to 256',
  ],
  ['PutEvents', { trackingId: 't', sessionId: '', eventList: [EVENT] }, 'length greater than or equal to 1'],
  [
    'PutEvents',
    { trackingId: 't', sessionId: 's', eventList: Array(11).fill(EVENT) },
    'length less than or equal to 10',
  ],
  [
    'PutEvents',
    { trackingId: 't', sessionId: 's', eventList: [{ ...EVENT, properties: `{"a":"${'x'.repeat(1017)}"}` }] },
    'length less than or equal to 1024',
  ],
  ['PutItems', { datasetArn, items: Array(11).fill({ itemId: 'i' }) }, 'length less than or equal to 10'],
  ['CreateSchema', { name: 's', schema: 'x'.repeat(20_001) }, 'length less than or equal to 20000'],
])('%s refuses %j', async (operation, input, message) => {
  const answer = await call(operation, input);
  expect(answer.__type).toBe('InvalidInputException');
  expect(answer.message).toContain(message);
});

it('ListSchemas ignores members that it does not know', async () => {
  expect(await call('ListSchemas', { colour: 'red' })).toMatchObject({ status: 200, schemas: [] });
});

it('the SDK receives errors as the exceptions of its model', async () => {
  const sent = server.personalize.send(new CreateDatasetExportJobCommand({ ...valid(), jobName: 'a b' }));
  await expect(sent).rejects.toMatchObject({ name: 'InvalidInputException', $fault: 'client' });
  const unknown = server.personalize.send(new ListTagsForResourceCommand({ resourceArn: datasetArn }));
  await expect(unknown).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
    message: `Resource Arn ${datasetArn} does not exist.`,
  });
});
