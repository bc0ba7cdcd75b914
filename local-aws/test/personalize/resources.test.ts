import {
  CreateDatasetCommand,
  CreateDatasetGroupCommand,
  CreateEventTrackerCommand,
  CreateSchemaCommand,
  DescribeDatasetCommand,
  DescribeDatasetGroupCommand,
  DescribeEventTrackerCommand,
  ListDatasetsCommand,
  ListEventTrackersCommand,
  ListSchemasCommand,
  ListTagsForResourceCommand,
  paginateListSchemas,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { activeDataset, activeGroup, avro, schemas, uniqueName } from './scenario.ts';
import { accountId, type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
beforeAll(async () => {
  server = await startPersonalize();
});
afterAll(() => server.close());

async function schemaArn(
  datasetType: keyof typeof schemas,
  domain?: 'ECOMMERCE',
  { personalize } = server,
): Promise<string> {
  const input = { name: uniqueName('schema'), schema: avro(datasetType, schemas[datasetType]), domain };
  return (await personalize.send(new CreateSchemaCommand(input))).schemaArn as string;
}

it.each([
  ['eu-west-1', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
])(
  'a resource in %s has an ARN of the partition %s, and is not visible in other Regions',
  async (region, partition) => {
    const personalize = server.personalizeIn(region);
    const { datasetGroupArn } = await personalize.send(new CreateDatasetGroupCommand({ name: 'same' }));
    expect(datasetGroupArn).toBe(`arn:${partition}:personalize:${region}:${accountId}:dataset-group/same`);
    const elsewhere = server.personalizeIn('ap-south-1').send(new DescribeDatasetGroupCommand({ datasetGroupArn }));
    await expect(elsewhere).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  },
);

describe('CreateDataset', () => {
  it('CreateDataset stores the type as given, and writes it in upper case in the ARN', async () => {
    const datasetGroupArn = await activeGroup(server, 'shop');
    const datasetArn = await activeDataset(server, 'Action_Interactions', { datasetGroupArn });
    expect(datasetArn).toBe(`arn:aws:personalize:eu-west-1:${accountId}:dataset/shop/ACTION_INTERACTIONS`);
    const { dataset } = await server.personalize.send(new DescribeDatasetCommand({ datasetArn }));
    expect(Object.keys(dataset ?? {}).sort()).toEqual(
      ['creationDateTime', 'datasetArn', 'datasetGroupArn', 'datasetType', 'lastUpdatedDateTime', 'name']
        .concat('schemaArn', 'status')
        .sort(),
    );
    expect(dataset).toMatchObject({ datasetType: 'Action_Interactions', status: 'ACTIVE' });
  });

  it('CreateDataset accepts one dataset per type and group', async () => {
    const datasetGroupArn = await activeGroup(server);
    await activeDataset(server, 'Items', { datasetGroupArn });
    await expect(activeDataset(server, 'Items', { datasetGroupArn })).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
    });
    await activeDataset(server, 'Users', { datasetGroupArn });
    const { datasets = [] } = await server.personalize.send(new ListDatasetsCommand({ datasetGroupArn }));
    expect(datasets.map(({ datasetType }) => datasetType)).toEqual(['Users', 'Items']);
  });

  it.each([
    ['an unknown type', { datasetType: 'Songs' }, 'InvalidInputException', 'Dataset type Songs is not one of'],
    ['a schema of another type', { datasetType: 'Users' }, 'InvalidInputException', 'needs the field USER_ID'],
    [
      'an unknown schema',
      { schemaArn: `arn:aws:personalize:eu-west-1:${accountId}:schema/x` },
      'ResourceNotFoundException',
      'does not exist',
    ],
    [
      'an unknown group',
      { datasetGroupArn: `arn:aws:personalize:eu-west-1:${accountId}:dataset-group/x` },
      'ResourceNotFoundException',
      'does not exist',
    ],
  ])('CreateDataset refuses %s', async (_, change, name, message) => {
    const input = { name: 'd', schemaArn: await schemaArn('Items'), datasetType: 'Items' };
    const datasetGroupArn = await activeGroup(server);
    const sent = server.personalize.send(new CreateDatasetCommand({ ...input, datasetGroupArn, ...change }));
    await expect(sent).rejects.toMatchObject({ name, message: expect.stringContaining(message) });
  });

  it('CreateDataset refuses a group that is not ACTIVE yet or has another domain', async () => {
    const slow = await startPersonalize({ jobSeconds: 3600 });
    onTestFinished(slow.close);
    const items = await schemaArn('Items', undefined, slow);
    const create = async (domain: 'ECOMMERCE' | undefined) => {
      const group = new CreateDatasetGroupCommand({ name: uniqueName('new'), domain });
      const { datasetGroupArn } = await slow.personalize.send(group);
      const input = { name: 'd', datasetType: 'Items', schemaArn: items, datasetGroupArn };
      return slow.personalize.send(new CreateDatasetCommand(input));
    };
    await expect(create(undefined)).rejects.toMatchObject({ name: 'ResourceInUseException' });
    await expect(create('ECOMMERCE')).rejects.toMatchObject({ name: 'InvalidInputException' });
  });
});

it('CreateDatasetGroup refuses a key without the role that uses it', async () => {
  const kmsKeyArn = 'arn:aws:kms:eu-west-1:123456789012:key/1';
  const group = server.personalize.send(new CreateDatasetGroupCommand({ name: uniqueName(), kmsKeyArn }));
  await expect(group).rejects.toMatchObject({
    name: 'InvalidInputException',
    message: 'A roleArn is needed with a kmsKeyArn.',
  });
});

it('CreateEventTracker accepts one tracker per dataset group', async () => {
  const input = { name: uniqueName(), datasetGroupArn: await activeGroup(server) };
  const { eventTrackerArn, trackingId } = await server.personalize.send(new CreateEventTrackerCommand(input));
  const described = await server.personalize.send(new DescribeEventTrackerCommand({ eventTrackerArn }));
  expect(described.eventTracker).toMatchObject({ ...input, accountId, trackingId });
  const second = server.personalize.send(new CreateEventTrackerCommand({ ...input, name: 'other' }));
  await expect(second).rejects.toMatchObject({ name: 'ResourceAlreadyExistsException' });
});

it('ListEventTrackers lists the tracker of a dataset group', async () => {
  const [tracked, other] = [await activeGroup(server), await activeGroup(server)];
  const input = { name: uniqueName(), datasetGroupArn: tracked };
  const { eventTrackerArn } = await server.personalize.send(new CreateEventTrackerCommand(input));
  const list = async (datasetGroupArn: string | undefined) =>
    (await server.personalize.send(new ListEventTrackersCommand({ datasetGroupArn }))).eventTrackers;
  expect(await list(tracked)).toMatchObject([{ eventTrackerArn, name: input.name }]);
  expect(await list(other)).toEqual([]);
});

describe('lists', () => {
  it('a list has everything once in its pages, newest first', async () => {
    const personalize = server.personalizeIn('eu-north-1');
    const schema = avro('Users', schemas.Users);
    for (let n = 1; n <= 7; n += 1) await personalize.send(new CreateSchemaCommand({ name: `s${n}`, schema }));
    const names: (string | undefined)[] = [];
    const sizes: number[] = [];
    for await (const { schemas: page = [] } of paginateListSchemas({ client: personalize, pageSize: 3 }, {})) {
      // What is created meanwhile neither repeats nor hides one.
      await personalize.send(new CreateSchemaCommand({ name: uniqueName('late'), schema }));
      names.push(...page.map(({ name }) => name));
      sizes.push(page.length);
    }
    expect(names).toEqual(['s7', 's6', 's5', 's4', 's3', 's2', 's1']);
    expect(sizes).toEqual([3, 3, 1]);
  });

  it.each(['made-up', Buffer.from('["schema ","x"]').toString('base64url')])(
    'a list refuses the token %s',
    async (nextToken) => {
      const sent = server.personalize.send(new ListSchemasCommand({ nextToken }));
      await expect(sent).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
    },
  );

  it('a list refuses the token of another list', async () => {
    await activeGroup(server);
    await schemaArn('Users');
    await schemaArn('Users');
    const { nextToken } = await server.personalize.send(new ListSchemasCommand({ maxResults: 1 }));
    expect(nextToken).toBeDefined();
    const sent = server.personalize.send(new ListDatasetsCommand({ nextToken }));
    await expect(sent).rejects.toMatchObject({ name: 'InvalidNextTokenException' });
  });
});

describe('tags', () => {
  const tagsOf = async (resourceArn: string) =>
    (await server.personalize.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
  const numbered = (count: number, from = 0) =>
    Array.from({ length: count }, (_, n) => ({ tagKey: `key ${n + from}`, tagValue: 'ü' }));

  it('tags are set at creation, changed, added and removed', async () => {
    const tags = [{ tagKey: 'team', tagValue: 'data' }];
    const group = new CreateDatasetGroupCommand({ name: uniqueName(), tags });
    const resourceArn = (await server.personalize.send(group)).datasetGroupArn as string;
    const more = [
      { tagKey: 'team', tagValue: 'shop' },
      { tagKey: 'cost', tagValue: '' },
    ];
    await server.personalize.send(new TagResourceCommand({ resourceArn, tags: more }));
    expect(await tagsOf(resourceArn)).toEqual(more);
    await server.personalize.send(new UntagResourceCommand({ resourceArn, tagKeys: ['team', 'none'] }));
    expect(await tagsOf(resourceArn)).toEqual([{ tagKey: 'cost', tagValue: '' }]);
  });

  it('a resource has at most 50 tags', async () => {
    const create = (count: number) =>
      server.personalize.send(new CreateDatasetGroupCommand({ name: uniqueName(), tags: numbered(count) }));
    await expect(create(51)).rejects.toMatchObject({ name: 'TooManyTagsException' });
    const resourceArn = (await create(50)).datasetGroupArn as string;
    const add = server.personalize.send(new TagResourceCommand({ resourceArn, tags: numbered(1, 50) }));
    await expect(add).rejects.toMatchObject({ name: 'TooManyTagsException' });
    await server.personalize.send(new TagResourceCommand({ resourceArn, tags: numbered(1, 49) }));
    expect(await tagsOf(resourceArn)).toHaveLength(50);
  });

  it.each([[[{ tagKey: 'aws:x', tagValue: '' }]], [[...numbered(1), ...numbered(1)]]])(
    'the tags %j are refused',
    async (tags) => {
      const sent = server.personalize.send(new CreateDatasetGroupCommand({ name: uniqueName(), tags }));
      await expect(sent).rejects.toMatchObject({ name: 'InvalidInputException' });
    },
  );
});
