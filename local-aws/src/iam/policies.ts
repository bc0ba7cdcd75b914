import type { Statement } from './statement.ts';

/** The policies of a stack, by the ARN of the resource that they belong to. */
export interface Policies {
  /** What each role may do. A role without an entry is not part of the stack, and may do everything. */
  identity: Map<string, Statement[]>;
  /** Who may assume each role. */
  trust: Map<string, Statement[]>;
  /** Who may do what with a bucket, key, topic, queue or function. */
  resource: Map<string, Statement[]>;
  /** The stack's buckets, keys, topics, queues and functions, with or without a policy. */
  owned: Set<string>;
  /** The key that encrypts a bucket, topic or queue, by its ARN. */
  keys: Map<string, string>;
}
