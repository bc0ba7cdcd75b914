import type { ReadOperation } from './sources.ts';

/** A resource as a List or Describe operation returns it; times in epoch seconds. */
export interface Described {
  name: string;
  status: string;
  creationDateTime: number;
  lastUpdatedDateTime: number;
  failureReason?: string;
  [member: string]: unknown;
}

/** All pages of a list. */
export function listOf(personalize: ReadOperation, operation: string, member: string, input = {}): Described[] {
  const items: Described[] = [];
  let nextToken: unknown;
  do {
    const page = personalize(operation, { ...input, maxResults: 100, ...(nextToken ? { nextToken } : {}) });
    items.push(...(page[member] as Described[]));
    nextToken = page.nextToken;
  } while (nextToken);
  return items;
}

export function isRunning(status: string): boolean {
  return status === 'CREATE PENDING' || status === 'CREATE IN_PROGRESS';
}

/** A text that changes when a resource or a job is created, or its status changes. */
export function jobsRevision(personalize: ReadOperation): string {
  const lists = ['DatasetGroups', 'Datasets', 'DatasetImportJobs', 'DatasetExportJobs'];
  return lists
    .map((list) => {
      const member = `${list[0]?.toLowerCase()}${list.slice(1)}`;
      const items = listOf(personalize, `List${list}`, member);
      return `${items.length}.${Math.max(0, ...items.map(({ lastUpdatedDateTime }) => lastUpdatedDateTime))}`;
    })
    .join('/');
}
