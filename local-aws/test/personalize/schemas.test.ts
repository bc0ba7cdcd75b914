import { CreateSchemaCommand, DescribeSchemaCommand } from '@aws-sdk/client-personalize';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { avro, uniqueName } from './scenario.ts';
import { accountId, type Personalize, startPersonalize } from './server.ts';

let server: Personalize;
beforeAll(async () => {
  server = await startPersonalize();
});
afterAll(() => server.close());

describe('CreateSchema', () => {
  const field = (name: string, type: unknown = 'string') => ({ name, type });
  const interactions = [field('USER_ID'), field('ITEM_ID'), field('TIMESTAMP', 'long')];

  const numbered = (count: number) => Array.from({ length: count }, (_, index) => field(`FIELD_${index}`, 'int'));

  it.each([
    ['text that is not JSON', '{', undefined, 'it is not JSON'],
    ['no record', '{"type":"enum"}', undefined, 'it must be an Avro record'],
    ['no fields', avro('Items', []), undefined, 'it has no fields'],
    ['an unsupported type', avro('Other', [field('A', 'bytes')]), undefined, 'field A has the type "bytes"'],
    ['a list', avro('Other', [field('A', { type: 'array', items: 'string' })]), undefined, 'field A has the type'],
    ['nothing but null', avro('Other', [field('A', ['null'])]), undefined, 'field A has the type ["null"]'],
    ['a strange field name', avro('Other', [field('A B')]), undefined, '"A B" is not a field name'],
    ['two names alike', avro('Other', [field('A_B'), field('AB')]), undefined, 'field AB is not unique'],
    ['Interactions without TIMESTAMP', avro('Interactions', interactions.slice(0, 2)), undefined, 'TIMESTAMP'],
    [
      'a TIMESTAMP of text',
      avro('Interactions', [...interactions.slice(0, 2), field('TIMESTAMP')]),
      undefined,
      'must be of type long, not string',
    ],
    ['Users without metadata', avro('Users', [field('USER_ID')]), undefined, 'at least one metadata field'],
    [
      'an EVENT_VALUE of double',
      avro('Interactions', [...interactions, field('EVENT_VALUE', ['null', 'double'])]),
      undefined,
      'the field EVENT_VALUE must be of type float, not double',
    ],
    [
      'a categorical EVENT_TYPE',
      avro('Interactions', [...interactions, { ...field('EVENT_TYPE'), categorical: true }]),
      undefined,
      'the field EVENT_TYPE must not be categorical',
    ],
    [
      'a CREATION_TIMESTAMP of text',
      avro('Items', [field('ITEM_ID'), field('TITLE'), field('CREATION_TIMESTAMP')]),
      undefined,
      'the field CREATION_TIMESTAMP must be of type long, not string',
    ],
    [
      'Items with a reserved field as their only other one',
      avro('Items', [field('ITEM_ID'), field('CREATION_TIMESTAMP', 'long')]),
      undefined,
      'needs at least one metadata field',
    ],
    [
      'Interactions with six metadata fields',
      avro('Interactions', [...interactions, field('EVENT_TYPE'), ...numbered(6)]),
      undefined,
      'may have 5 metadata fields, not 6',
    ],
    ['Users with 26 metadata fields', avro('Users', [field('USER_ID'), ...numbered(26)]), undefined, 'may have 25'],
    ['Items with 101 metadata fields', avro('Items', [field('ITEM_ID'), ...numbered(101)]), undefined, 'may have 100'],
    [
      'GENRES that are not categorical in VIDEO_ON_DEMAND',
      avro('Items', [field('ITEM_ID'), field('CREATION_TIMESTAMP', 'long'), field('GENRES')]),
      'VIDEO_ON_DEMAND' as const,
      'the field GENRES must be categorical',
    ],
    ['ECOMMERCE without EVENT_TYPE', avro('Interactions', interactions), 'ECOMMERCE' as const, 'EVENT_TYPE'],
    [
      'VIDEO_ON_DEMAND without GENRES',
      avro('Items', [field('ITEM_ID'), field('CREATION_TIMESTAMP', 'long')]),
      'VIDEO_ON_DEMAND' as const,
      'GENRES',
    ],
  ])('CreateSchema refuses %s', async (_, schema, domain, message) => {
    const sent = server.personalize.send(new CreateSchemaCommand({ name: uniqueName(), schema, domain }));
    await expect(sent).rejects.toMatchObject({
      name: 'InvalidInputException',
      message: expect.stringContaining(message),
    });
  });

  it.each([
    ['Interactions', [...interactions, field('EVENT_TYPE'), field('EVENT_VALUE', 'float'), ...numbered(5)]],
    ['Users', [field('USER_ID'), ...numbered(25)]],
    ['Items', [field('ITEM_ID'), field('CREATION_TIMESTAMP', ['null', 'long']), ...numbered(100)]],
  ])('CreateSchema accepts %s with as many metadata fields as the guide allows', async (type, fields) => {
    const sent = server.personalize.send(new CreateSchemaCommand({ name: uniqueName(), schema: avro(type, fields) }));
    await expect(sent).resolves.toBeDefined();
  });

  it('CreateSchema stores the schema as given, and refuses its name a second time', async () => {
    const input = { name: uniqueName(), schema: avro('Interactions', interactions) };
    const { schemaArn } = await server.personalize.send(new CreateSchemaCommand(input));
    const described = await server.personalize.send(new DescribeSchemaCommand({ schemaArn }));
    expect(described.schema).toEqual({
      ...input,
      schemaArn: `arn:aws:personalize:eu-west-1:${accountId}:schema/${input.name}`,
      creationDateTime: expect.any(Date),
      lastUpdatedDateTime: expect.any(Date),
    });
    const again = server.personalize.send(new CreateSchemaCommand(input));
    await expect(again).rejects.toMatchObject({
      name: 'ResourceAlreadyExistsException',
      message: `Another resource with Arn ${schemaArn} already exists.`,
    });
  });
});
