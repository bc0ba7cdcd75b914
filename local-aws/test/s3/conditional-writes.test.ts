import { DeleteObjectCommand, DeleteObjectsCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import { refusal, startBucket } from './bucket.ts';

const Bucket = 'conditional-writes';
const { s3, put, get, textOf, close } = await startBucket(Bucket);
afterAll(close);

describe('conditional writes', () => {
  it('PutObject with If-None-Match puts an object only if it does not exist', async () => {
    await put('once', { IfNoneMatch: '*' });
    const again = put('once', { IfNoneMatch: '*', Body: 'again' });
    await expect(again).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    expect(await textOf('once')).toBe('0123456789');
  });

  it('PutObject with If-Match replaces an object only if it is unchanged', async () => {
    const { ETag } = await put('compared');
    await put('compared', { IfMatch: ETag, Body: 'second' });
    const late = put('compared', { IfMatch: ETag, Body: 'third' });
    await expect(late).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    expect(await textOf('compared')).toBe('second');
    const nothing = put('compared to nothing', { IfMatch: ETag });
    await expect(nothing).rejects.toMatchObject(refusal('NoSuchKey', 404));
  });

  it('only one of a hundred concurrent writes with If-None-Match succeeds', async () => {
    const all = Array.from({ length: 100 }, (_, index) =>
      put('race', { IfNoneMatch: '*', Body: `${index}` }).then(
        () => index,
        (error) => error.$metadata.httpStatusCode,
      ),
    );
    const results = await Promise.all(all);
    const [winner, ...others] = results.toSorted((one, other) => one - other);
    expect(others.every((status) => status === 412 || status === 409)).toBe(true);
    expect(await textOf('race')).toBe(String(winner));
  });

  it('DeleteObject with If-Match deletes an object only if it is unchanged', async () => {
    const { ETag } = await put('deleted if');
    const wrong = s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted if', IfMatch: '"x"' }));
    await expect(wrong).rejects.toMatchObject(refusal('PreconditionFailed', 412));
    await s3.send(new DeleteObjectCommand({ Bucket, Key: 'deleted if', IfMatch: ETag }));
    await expect(get('deleted if')).rejects.toThrow();
  });
});

describe('DeleteObjects', () => {
  it('DeleteObjects deletes a batch, reports errors, and omits the deleted keys in quiet mode', async () => {
    await put('batch 1');
    await put('batch 2');
    const Objects = [{ Key: 'batch 1' }, { Key: 'not there' }];
    const { Deleted, Errors } = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    expect(Deleted).toEqual(Objects);
    expect(Errors).toBeUndefined();
    const quiet = { Objects: [{ Key: 'batch 2' }, { Key: 'x', VersionId: 'made-up' }], Quiet: true };
    const answer = await s3.send(new DeleteObjectsCommand({ Bucket, Delete: quiet }));
    expect(answer.Deleted).toBeUndefined();
    expect(answer.Errors).toEqual([expect.objectContaining({ Key: 'x', VersionId: 'made-up', Code: 'NoSuchVersion' })]);
    await expect(get('batch 2')).rejects.toThrow();
  });

  it.each([
    ['no', 0],
    ['more than a thousand', 1001],
  ])('DeleteObjects refuses a batch with %s keys', async (_, length) => {
    const Objects = Array.from({ length }, (_, index) => ({ Key: `${index}` }));
    const batch = s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
    await expect(batch).rejects.toMatchObject(refusal('MalformedXML', 400));
  });
});
