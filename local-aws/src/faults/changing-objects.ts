import type { Interceptor } from '../protocols/api-request.ts';

export interface S3Object {
  bucket: string;
  key: string;
}

/** Objects that change while they are read. */
export interface ChangingObjects {
  add(object: S3Object): void;
  intercept: Interceptor;
}

/** When an object is read for the first time, it is replaced before the reader gets the first byte of the old content. */
export function changingObjects(replace: (object: S3Object) => Promise<void>): ChangingObjects {
  const waiting = new Map<string, S3Object>();
  const nameOf = (bucket: unknown, key: unknown) => `${bucket}/${key}`;
  return {
    add: (object) => void waiting.set(nameOf(object.bucket, object.key), object),
    intercept: async ({ service, operation, input }, act) => {
      const name = nameOf(input.Bucket, input.Key);
      const object = service === 's3' && operation === 'GetObject' ? waiting.get(name) : undefined;
      if (!object) return await act('send');
      waiting.delete(name);
      await act(async (output) => {
        await replace(object);
        return output;
      });
    },
  };
}
