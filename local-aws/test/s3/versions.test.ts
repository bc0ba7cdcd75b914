import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type S3Server, startS3 } from './server.ts';

let server: S3Server;
let s3: S3Client;
let Bucket: string;
let count = 0;

beforeAll(async () => {
  server = await startS3();
  s3 = server.s3;
});

afterAll(() => server.close());

beforeEach(async () => {
  count += 1;
  Bucket = `versions-${count}`;
  await s3.send(new CreateBucketCommand({ Bucket }));
});

const setVersioning = (Status: string) =>
  s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: Status as 'Enabled' } }));
const put = async (Body: string, Key = 'x') => (await s3.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId;
const remove = (VersionId?: string, Key = 'x') => s3.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));
const get = (VersionId?: string) => s3.send(new GetObjectCommand({ Bucket, Key: 'x', VersionId }));
const text = async (VersionId?: string) => (await get(VersionId)).Body?.transformToString();
const refusal = (name: string, httpStatusCode: number) => ({ name, $metadata: { httpStatusCode } });

async function versions(): Promise<string[]> {
  const { Versions = [], DeleteMarkers = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket }));
  return [...Versions, ...DeleteMarkers].map(({ VersionId, IsLatest }) => `${VersionId}${IsLatest ? ' latest' : ''}`);
}

describe('versioning', () => {
  it('the versioning of a bucket is put and got', async () => {
    const status = async () => (await s3.send(new GetBucketVersioningCommand({ Bucket }))).Status;
    expect(await status()).toBeUndefined();
    await setVersioning('Enabled');
    expect(await status()).toBe('Enabled');
    await setVersioning('Suspended');
    expect(await status()).toBe('Suspended');
    await expect(setVersioning('enabled')).rejects.toMatchObject(refusal('MalformedXML', 400));
    await expect(setVersioning(undefined as unknown as string)).rejects.toMatchObject(
      refusal('IllegalVersioningConfigurationException', 400),
    );
  });

  it('the versioning of a missing bucket is refused, and does not create it', async () => {
    Bucket = 'versions-nowhere';
    await expect(setVersioning('Enabled')).rejects.toMatchObject(refusal('NoSuchBucket', 404));
    await expect(put('x')).rejects.toMatchObject(refusal('NoSuchBucket', 404));
  });
});

describe('while versioning is enabled', () => {
  beforeEach(() => setVersioning('Enabled'));

  it('every write is kept as a readable version', async () => {
    const [first, second] = [await put('first'), await put('second')];
    expect(await text()).toBe('second');
    expect(await text(first)).toBe('first');
    expect((await get()).VersionId).toBe(second);
    expect(await versions()).toEqual([`${second} latest`, first]);
  });

  it('a delete marker hides an object until the marker is deleted', async () => {
    const first = await put('first');
    const { DeleteMarker, VersionId: marker } = await remove();
    expect(DeleteMarker).toBe(true);
    await expect(get()).rejects.toMatchObject({
      ...refusal('NoSuchKey', 404),
      $response: { headers: { 'x-amz-delete-marker': 'true', 'x-amz-version-id': marker } },
    });
    await expect(get(marker)).rejects.toMatchObject({
      ...refusal('MethodNotAllowed', 405),
      $response: { headers: { 'x-amz-delete-marker': 'true', allow: 'DELETE' } },
    });
    const head = s3.send(new HeadObjectCommand({ Bucket, Key: 'x', VersionId: marker }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 405 } });
    expect((await s3.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
    expect(await text(first)).toBe('first');
    expect(await remove(marker)).toMatchObject({ DeleteMarker: true, VersionId: marker });
    expect(await text()).toBe('first');
  });

  it('the previous version becomes current when a version is deleted', async () => {
    const [first, second] = [await put('first'), await put('second')];
    expect(await remove(second)).toMatchObject({ VersionId: second });
    expect(await text()).toBe('first');
    await expect(get(second)).rejects.toMatchObject({ ...refusal('NoSuchVersion', 404), VersionId: second });
    await remove(second);
    expect(await versions()).toEqual([`${first} latest`]);
  });

  it('a version id that was never issued is refused, and nothing is deleted', async () => {
    const first = await put('first');
    for (const made of ['x', '0'.repeat(32), `${first}0`]) {
      await expect(get(made)).rejects.toMatchObject(refusal('InvalidArgument', 400));
      await expect(remove(made)).rejects.toMatchObject(refusal('InvalidArgument', 400));
    }
    expect(await versions()).toEqual([`${first} latest`]);
  });

  it('DeleteObjects deletes versions, and returns the new delete markers', async () => {
    const [first, second] = [await put('first'), await put('second')];
    const Objects = [{ Key: 'x', VersionId: first }, { Key: 'x' }];
    const { Deleted = [] } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual([
      { Key: 'x', VersionId: first },
      { Key: 'x', DeleteMarker: true, DeleteMarkerVersionId: expect.any(String) },
    ]);
    expect(await text(second)).toBe('second');
  });

  it('a version can be copied over the current one, but a delete marker cannot be copied', async () => {
    const first = await put('first');
    await put('second');
    const copy = (versionId?: string) =>
      s3.send(new CopyObjectCommand({ Bucket, Key: 'x', CopySource: `${Bucket}/x?versionId=${versionId}` }));
    expect(await copy(first)).toMatchObject({ CopySourceVersionId: first, VersionId: expect.any(String) });
    expect(await text()).toBe('first');
    const { VersionId: marker } = await remove();
    await expect(copy(marker)).rejects.toMatchObject(refusal('InvalidRequest', 400));
  });

  it('each version has tags of its own', async () => {
    const [first, second] = [await put('first'), await put('second')];
    const Tagging = { TagSet: [{ Key: 'of', Value: 'first' }] };
    await s3.send(new PutObjectTaggingCommand({ Bucket, Key: 'x', VersionId: first, Tagging }));
    const tags = (VersionId?: string) => s3.send(new GetObjectTaggingCommand({ Bucket, Key: 'x', VersionId }));
    expect(await tags(first)).toMatchObject({ VersionId: first, ...Tagging });
    expect(await tags()).toMatchObject({ VersionId: second, TagSet: [] });
  });

  it('a bucket that has a version or a delete marker cannot be deleted', async () => {
    await put('first');
    const { VersionId: marker } = await remove();
    const deletion = () => s3.send(new DeleteBucketCommand({ Bucket }));
    await expect(deletion()).rejects.toMatchObject({ ...refusal('BucketNotEmpty', 409), BucketName: Bucket });
    for (const version of await versions()) await remove(version.split(' ')[0]);
    expect(marker).toBeDefined();
    await deletion();
  });
});

describe('while versioning is suspended', () => {
  it('suspended versioning keeps earlier versions, and replaces the version null', async () => {
    await put('before');
    await setVersioning('Enabled');
    const kept = await put('kept');
    await setVersioning('Suspended');
    expect(await put('suspended')).toBeUndefined();
    expect((await get()).VersionId).toBe('null');
    expect(await versions()).toEqual(['null latest', kept]);
    await put('again');
    expect(await text('null')).toBe('again');
    expect(await text(kept)).toBe('kept');
  });

  it('suspended versioning replaces the version null with a delete marker', async () => {
    await setVersioning('Enabled');
    const kept = await put('kept');
    await setVersioning('Suspended');
    await put('null');
    expect(await remove()).toMatchObject({ DeleteMarker: true, VersionId: 'null' });
    expect(await versions()).toEqual([kept, 'null latest']);
    await expect(get('null')).rejects.toMatchObject(refusal('MethodNotAllowed', 405));
  });
});

it('an object in a bucket without versioning has the version null, which can be deleted', async () => {
  expect(await put('only')).toBeUndefined();
  expect(await text('null')).toBe('only');
  expect(await versions()).toEqual(['null latest']);
  expect(await remove()).not.toHaveProperty('DeleteMarker');
  expect(await versions()).toEqual([]);
});
