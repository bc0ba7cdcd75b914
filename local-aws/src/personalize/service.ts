import * as sdk from '@aws-sdk/client-personalize';
import type { Operations } from '../protocols/aws-json.ts';
import type { JsonService } from '../protocols/json-call.ts';
import { datasetJobOperations, type S3Access, type S3For } from './dataset-jobs.ts';
import { type DatasetContents, datasetOperations } from './datasets.ts';
import { createJobs, type JobOverride, type Wait } from './jobs.ts';
import { type Given, operation } from './operation.ts';
import { putDataOperations } from './put-data.ts';
import { createResources, type Resources } from './resources.ts';
import { withTags } from './tags.ts';

export type { S3Access };

export interface PersonalizeOptions {
  /** Makes the S3 client of a job's role. */
  s3For: S3For;
  /** An existing folder for the rows of the datasets. `close` removes its files. */
  dataDir: string;
  /** How long an import or export takes at least. */
  jobSeconds: number;
  /** How many imports, and how many exports, may run at once in an account and Region; 5 by default, as on AWS. */
  maxRunningJobs?: number;
  /** Waits while a job runs; replaced by tests. */
  wait?: Wait;
  /** Called once as each job starts. */
  jobOverride?: (kind: 'export' | 'import') => JobOverride | undefined;
  /** Called with an object that is to change while it is read: a fault of an export's output. */
  onChangingObject?: (object: { bucket: string; key: string }) => void;
}

export interface PersonalizeService extends JsonService {
  /** Stops the jobs that run, and deletes the rows of the datasets. */
  close(): Promise<void>;
}

/**
 * Emulates the part of Amazon Personalize that manages datasets: schemas, groups, datasets, the Put operations, imports that read
 * CSV from S3, and exports that write it. Checks, exceptions and statuses are those of the API model and the developer guide. Where
 * they do not say, comments name what was chosen.
 */
export function personalizeService(options: PersonalizeOptions): PersonalizeService {
  const { s3For, dataDir, jobSeconds, maxRunningJobs = 5, jobOverride = () => undefined, onChangingObject } = options;
  const resources = createResources();
  const contents: DatasetContents = new Map();
  const jobs = createJobs(options.wait);
  return {
    targetPrefix: 'AmazonPersonalize',
    eventSource: 'personalize.amazonaws.com',
    // Calls of the events API have a path, and are signed for Personalize.
    paths: {
      signingName: 'personalize',
      operations: { '/events': 'PutEvents', '/items': 'PutItems', '/users': 'PutUsers' },
    },
    operations: {
      ...datasetOperations(resources, contents, jobs, dataDir),
      ...datasetJobOperations({
        ...{ resources, contents, jobs },
        ...{ s3For, jobSeconds, maxRunningJobs, jobOverride, onChangingObject },
      }),
      ...putDataOperations(resources, contents),
      ...tagOperations(resources),
    },
    async close() {
      await jobs.close();
      for (const { rows } of contents.values()) rows.close();
      contents.clear();
    },
  };
}

function tagOperations(resources: Resources): Operations {
  type TagInput = Given<sdk.TagResourceRequest, 'resourceArn' | 'tags'>;
  type UntagInput = Given<sdk.UntagResourceRequest, 'resourceArn' | 'tagKeys'>;
  type ListInput = Given<sdk.ListTagsForResourceRequest, 'resourceArn'>;
  return {
    TagResource: operation<TagInput>(sdk.TagResource$, ({ resourceArn, tags }, caller) => {
      const resource = resources.get(undefined, resourceArn, caller);
      for (const [key, value] of withTags(resource.tags, tags)) resource.tags.set(key, value);
      return {};
    }),
    UntagResource: operation<UntagInput>(sdk.UntagResource$, ({ resourceArn, tagKeys }, caller) => {
      const resource = resources.get(undefined, resourceArn, caller);
      for (const key of tagKeys) resource.tags.delete(key);
      return {};
    }),
    ListTagsForResource: operation<ListInput>(sdk.ListTagsForResource$, ({ resourceArn }, caller) => {
      const { tags } = resources.get(undefined, resourceArn, caller);
      return { tags: [...tags].map(([tagKey, tagValue]) => ({ tagKey, tagValue })) };
    }),
  };
}
