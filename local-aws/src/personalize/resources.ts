import { AwsError, type Caller } from '../protocols/aws-json.ts';

/** The resource type of an ARN. */
export type ResourceKind =
  | 'schema'
  | 'dataset-group'
  | 'dataset'
  | 'dataset-import-job'
  | 'dataset-export-job'
  | 'event-tracker';

/** A resource. `members` have the API's names; times are in epoch seconds. */
export interface Resource {
  readonly kind: ResourceKind;
  readonly arn: string;
  readonly caller: Caller;
  readonly members: Record<string, unknown> & { status?: string };
  readonly tags: Map<string, string>;
}

export interface Resources {
  /** @throws AwsError `ResourceAlreadyExistsException` */
  assertNew(arn: string): void;
  add(resource: Resource): Resource;
  /** @throws AwsError `ResourceNotFoundException`, even for an ARN of another kind, account or Region */
  get(kind: ResourceKind | undefined, arn: string, caller: Caller): Resource;
  /** Returns the resources in the caller's account and Region, the oldest first. */
  list(kind: ResourceKind, caller: Caller): Resource[];
}

/** The resources of all accounts and Regions, in memory. */
export function createResources(): Resources {
  const byArn = new Map<string, Resource>();
  return {
    assertNew(arn) {
      if (byArn.has(arn)) {
        throw new AwsError('ResourceAlreadyExistsException', `Another resource with Arn ${arn} already exists.`);
      }
    },
    add(resource) {
      byArn.set(resource.arn, resource);
      return resource;
    },
    get(kind, arn, caller) {
      const resource = byArn.get(arn);
      if (resource === undefined || !isOf(resource, caller) || (kind !== undefined && resource.kind !== kind)) {
        throw new AwsError('ResourceNotFoundException', `Resource Arn ${arn} does not exist.`);
      }
      return resource;
    },
    list(kind, caller) {
      return [...byArn.values()].filter((resource) => resource.kind === kind && isOf(resource, caller));
    },
  };
}

function isOf({ caller }: Resource, { accountId, region }: Caller): boolean {
  return caller.accountId === accountId && caller.region === region;
}

/** Makes a resource with its ARN and times. It is not stored yet. */
export function newResource(
  kind: ResourceKind,
  arn: string,
  caller: Caller,
  members: Record<string, unknown>,
  tags = new Map<string, string>(),
): Resource {
  const now = Date.now() / 1000;
  const times = { creationDateTime: now, lastUpdatedDateTime: now };
  return { kind, arn, caller, tags, members: { ...members, ...times } };
}

/** `arn:<partition>:personalize:<region>:<account>:<kind>/<id>` */
export function arnOf(kind: ResourceKind, id: string, { accountId, region }: Caller): string {
  return `arn:${partitionOf(region)}:personalize:${region}:${accountId}:${kind}/${id}`;
}

function partitionOf(region: string): string {
  if (region.startsWith('cn-')) return 'aws-cn';
  return region.startsWith('us-gov-') ? 'aws-us-gov' : 'aws';
}

/** Sets a status and the time of the change. */
export function setStatus(resource: Resource, status: string, failureReason?: string): void {
  resource.members.status = status;
  resource.members.lastUpdatedDateTime = Date.now() / 1000;
  if (failureReason !== undefined) resource.members.failureReason = failureReason;
}

/** @throws AwsError `ResourceInUseException` while the resource is not ACTIVE */
export function assertActive({ arn, members }: Resource): void {
  if (members.status === 'ACTIVE') return;
  throw new AwsError('ResourceInUseException', `Resource ${arn} is not ACTIVE: its status is ${members.status}.`);
}
