import type { Policies } from '../iam/policies.ts';
import { type Statement, statementsOf } from '../iam/statement.ts';
import type { Resource, Template } from './template.ts';

/** Reads the policies in the properties of one resource. */
type Reader = (logicalId: string, properties: never) => void;

/** Reads every policy of a resolved template; `arnOf` gives a resource's ARN by its logical id.
 * @throws Error for a type of policy that is not supported. */
export function policiesOf(template: Template, arnOf: (logicalId: string) => string): Policies {
  const policies: Policies = {
    identity: new Map(),
    trust: new Map(),
    resource: new Map(),
    owned: new Set(),
    keys: new Map(),
  };
  const readers: Record<string, Reader> = {
    ...resourceReaders(policies, arnOf),
    ...policyReaders(policies, template, arnOf),
  };
  for (const [logicalId, { Type, Properties }] of Object.entries(template.Resources)) {
    const read = readers[Type];
    if (read) read(logicalId, Properties as never);
    else if (/^AWS::IAM::|Policy$|Permission$/.test(Type)) {
      throw new Error(`${logicalId}: permissions of the type ${Type} are not known to the local AWS.`);
    }
  }
  return policies;
}

/** Readers of the resources that hold their policies, or the encryption that decides about them, in their own properties. */
function resourceReaders(policies: Policies, arnOf: (logicalId: string) => string): Record<string, Reader> {
  const { identity, trust, owned, keys } = policies;
  const encrypted = (arn: string, keyId: string | undefined) => {
    if (keyId && !keyId.startsWith('alias/aws/')) keys.set(arn, keyId);
    owned.add(arn);
  };
  return {
    'AWS::IAM::Role': (id: string, { Policies = [], AssumeRolePolicyDocument, ...others }: RoleProperties) => {
      for (const given of ['ManagedPolicyArns', 'PermissionsBoundary']) {
        if (Object.hasOwn(others, given)) throw new Error(`${id}: ${given} is not known to the local AWS.`);
      }
      const arn = arnOf(id);
      identity.set(arn, [
        ...(identity.get(arn) ?? []),
        ...Policies.flatMap(({ PolicyName, PolicyDocument }) => statementsOf(PolicyDocument, id, PolicyName)),
      ]);
      trust.set(arn, statementsOf(AssumeRolePolicyDocument, id, 'trust', arn));
    },
    'AWS::KMS::Key': (id: string, { KeyPolicy }: { KeyPolicy: unknown }) => {
      owned.add(arnOf(id));
      addStatements(policies, arnOf(id), statementsOf(KeyPolicy, id, 'KeyPolicy'));
    },
    'AWS::S3::Bucket': (id: string, { BucketEncryption }: BucketProperties) => {
      const [rule] = BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
      encrypted(arnOf(id), rule?.ServerSideEncryptionByDefault?.KMSMasterKeyID);
    },
    'AWS::SNS::Topic': (id: string, { KmsMasterKeyId }: EncryptedProperties) => encrypted(arnOf(id), KmsMasterKeyId),
    'AWS::SQS::Queue': (id: string, { KmsMasterKeyId }: EncryptedProperties) => encrypted(arnOf(id), KmsMasterKeyId),
    'AWS::Lambda::Function': (id: string) => void owned.add(arnOf(id)),
  };
}

/** Readers of the resources that are a policy of another resource. */
function policyReaders(
  policies: Policies,
  template: Template,
  arnOf: (logicalId: string) => string,
): Record<string, Reader> {
  const arnByRef = (type: string, ref: string, refOf: (arn: string) => string) => {
    const arn = idsOf(template, type)
      .map(arnOf)
      .find((one) => one === ref || refOf(one) === ref);
    if (!arn) throw new Error(`${ref} is not a ${type} of the template, so its policy is not known.`);
    return arn;
  };
  const { identity } = policies;
  return {
    'AWS::IAM::RolePolicy': (id: string, { RoleName, PolicyName, PolicyDocument }: RolePolicyProperties) => {
      const arn = arnByRef('AWS::IAM::Role', RoleName, (one) => one.split('/').pop() ?? '');
      identity.set(arn, [...(identity.get(arn) ?? []), ...statementsOf(PolicyDocument, id, PolicyName)]);
    },
    'AWS::S3::BucketPolicy': (id: string, { Bucket, PolicyDocument }: { Bucket: string; PolicyDocument: unknown }) => {
      const arn = arnByRef('AWS::S3::Bucket', Bucket, afterColons);
      addStatements(policies, arn, statementsOf(PolicyDocument, id, 'BucketPolicy'));
    },
    'AWS::SNS::TopicPolicy': (
      id: string,
      { Topics, PolicyDocument }: { Topics: string[]; PolicyDocument: unknown },
    ) => {
      for (const topic of Topics) {
        const arn = arnByRef('AWS::SNS::Topic', topic, String);
        addStatements(policies, arn, statementsOf(PolicyDocument, id, 'TopicPolicy'));
      }
    },
    'AWS::SQS::QueuePolicy': (
      id: string,
      { Queues, PolicyDocument }: { Queues: string[]; PolicyDocument: unknown },
    ) => {
      for (const queueUrl of Queues) {
        const arn = arnByRef('AWS::SQS::Queue', queueUrl.split('/').pop() ?? '', afterColons);
        addStatements(policies, arn, statementsOf(PolicyDocument, id, 'QueuePolicy'));
      }
    },
    'AWS::Lambda::Permission': (id: string, properties: PermissionProperties) => {
      const arn = arnByRef('AWS::Lambda::Function', properties.FunctionName, afterColons);
      addStatements(policies, arn, statementsOf(permissionDocument(id, properties, arn), id, 'Permission'));
    },
  };
}

function addStatements({ resource }: Policies, arn: string, statements: Statement[]): void {
  resource.set(arn, [...(resource.get(arn) ?? []), ...statements]);
}

interface RoleProperties {
  Policies?: { PolicyName: string; PolicyDocument: unknown }[];
  AssumeRolePolicyDocument: unknown;
}

interface RolePolicyProperties {
  RoleName: string;
  PolicyName: string;
  PolicyDocument: unknown;
}

interface BucketProperties {
  BucketEncryption?: {
    ServerSideEncryptionConfiguration?: { ServerSideEncryptionByDefault?: { KMSMasterKeyID?: string } }[];
  };
}

interface EncryptedProperties {
  KmsMasterKeyId?: string;
}

interface PermissionProperties {
  FunctionName: string;
  Action: string;
  Principal: string;
  SourceArn?: string;
  SourceAccount?: string;
}

/** The statement that Lambda makes from a permission: https://docs.aws.amazon.com/lambda/latest/api/API_AddPermission.html */
function permissionDocument(id: string, properties: PermissionProperties, functionArn: string) {
  const { FunctionName: _, Action, Principal, SourceArn, SourceAccount, ...others } = properties;
  const [other] = Object.keys(others);
  if (other) throw new Error(`${id}: ${other} of a Lambda permission is not known to the local AWS.`);
  const Condition = {
    ...(SourceArn && { ArnLike: { 'aws:SourceArn': SourceArn } }),
    ...(SourceAccount && { StringEquals: { 'aws:SourceAccount': SourceAccount } }),
  };
  const principal = Principal.includes('.') ? { Service: Principal } : { AWS: Principal };
  const Statement = { Sid: id, Effect: 'Allow', Principal: principal, Action, Resource: functionArn, Condition };
  return { Version: '2012-10-17', Statement };
}

function idsOf({ Resources }: Template, type: string): string[] {
  return Object.entries(Resources).flatMap(([id, { Type }]: [string, Resource]) => (Type === type ? [id] : []));
}

/** The last part of an ARN: the name of a bucket, queue or function. */
function afterColons(arn: string): string {
  return arn.split(':').pop() ?? '';
}
