/** Every environment variable that a handler may read. serverless.yml gives each function the ones that it reads. */
export type EnvironmentVariable =
  | 'DEADLINE_MINUTES'
  | 'EXPORT_BUCKET'
  | 'EXPORT_JOB_TAGS'
  | 'EXPORT_KEY_PREFIX'
  | 'EXPORT_KMS_KEY_ARN'
  | 'EXPORT_TOPIC_ARN'
  | 'GLUE_DATABASE'
  | 'IMPORT_DATASET_GROUPS'
  | 'INGESTION_MODE'
  | 'PERSONALIZE_ROLE_ARN'
  | 'POLL_LONGEST_SECONDS'
  | 'POLL_SHORTEST_SECONDS'
  | 'STAGE'
  | 'STATE_MACHINE_ARN'
  | 'VERIFY_EXPORTS';

/** The variable's value. Handlers call this when they are loaded.
 * @throws Error if it is not set: the deployment is wrong, so the function must not start. */
export function required(name: EnvironmentVariable): string {
  const value = process.env[name];
  if (value === undefined || value === '') throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

/** Like `required`, but as a number.
 * @throws Error if it is not a number. */
export function requiredNumber(name: EnvironmentVariable): number {
  const value = Number(required(name));
  if (required(name).trim() === '' || !Number.isFinite(value))
    throw new Error(`The environment variable ${name} is not a number: ${process.env[name]}`);
  return value;
}

/** The variable's value; undefined if the deployment leaves it empty on purpose. */
export function optional(name: EnvironmentVariable): string | undefined {
  return process.env[name] || undefined;
}
