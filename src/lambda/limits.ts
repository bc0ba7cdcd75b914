// The limits that AWS sets, each with its source, and the share of them that this pipeline uses. Each one stands only here.

// AWS Step Functions (developer guide, "Service quotas"; a name and a cause: API reference, StartExecution, StopExecution).

/** Characters in the name of an execution. */
export const MAX_EXECUTION_NAME_CHARACTERS = 80;

/** Bytes of an execution's input, and of the input or the output of one state. */
export const MAX_STATE_BYTES = 262_144;

/** Events in the history of one execution. Step Functions ends an execution that has more, and no Catch applies. */
export const MAX_HISTORY_EVENTS = 25_000;

/** Events that one poll adds to the history: Wait 2, Task 5, Choice 2. */
export const EVENTS_PER_POLL = 9;

/** Events that one call of verify-export adds to the history: Task 5, Choice 2. */
export const EVENTS_PER_VERIFICATION_CALL = 7;

/** Characters in the cause of a failed execution. */
export const MAX_CAUSE_CHARACTERS = 32_768;

// Amazon SNS (API reference, Publish).

/** Characters in the subject of a message: printable ASCII. */
export const MAX_SUBJECT_CHARACTERS = 100;

// Amazon Personalize (API model personalize/2018-05-22; tags per resource: AWS General Reference, "Tag naming limits").

/** Characters in an ARN of Personalize or in a role's ARN. */
export const MAX_ARN_CHARACTERS = 256;

/** Characters in the ARN of a KMS key. */
export const MAX_KMS_KEY_ARN_CHARACTERS = 2_048;

/** Characters in `jobOutput.s3DataDestination.path`. */
export const MAX_PATH_CHARACTERS = 256;

/** Characters in the name of an export job, an import job or a dataset group. */
export const MAX_RESOURCE_NAME_CHARACTERS = 63;

/** Tags on one resource. This is the limit for all of AWS; the model of Personalize says 200. */
export const MAX_TAGS = 50;
export const MAX_TAG_KEY_CHARACTERS = 128;
export const MAX_TAG_VALUE_CHARACTERS = 256;

/** Entries on one page of a list call. */
export const MAX_PAGE_ENTRIES = 100;

/** The dataset types that CreateDatasetExportJob accepts. Actions and Action_Interactions can't be exported. Source: Amazon
 * Personalize developer guide, "Exporting the training data in a dataset to Amazon S3". */
export const EXPORTABLE_TYPES: readonly string[] = ['INTERACTIONS', 'ITEMS', 'USERS'];

// The pipeline's shares.

/** Bytes of a request, as an execution's input or as a file. The rest of MAX_STATE_BYTES is for what Step Functions and
 * the notification of a rejected request add to it. */
export const MAX_REQUEST_BYTES = 200_000;

/** Bytes of the planned exports. The outcomes later take their place in the state. */
export const MAX_PLAN_BYTES = 200_000;

/** Exports in one execution. They share its history: with a hundred exports, each is polled about a dozen times. */
export const MAX_EXPORTS = 100;

/** How many findings, and how many kinds of warnings, a notification has. */
export const MAX_FINDINGS = 20;

/** How long the verification of one export may take, all calls of verify-export together. */
export const MAX_VERIFICATION_MINUTES = 60;

/** Calls of verify-export for one export. Each reads for up to 14 minutes, so that an hour has at most five. */
export const MAX_VERIFICATION_CALLS = 6;

/** Dataset groups that a request can be limited to: as many as an account and region can have. */
export const MAX_DATASET_GROUPS = 500;

/** Two days. At the longest poll interval an export then spends far fewer than MAX_HISTORY_EVENTS. */
export const MAX_DEADLINE_MINUTES = 2_880;

/** Characters of a reason: an error's message, a failureReason. The state and an SNS message (256 KB) hold several. */
export const MAX_REASON_CHARACTERS = 8_000;

/** Characters of what a trigger found wrong with its event. */
export const MAX_REJECTION_CHARACTERS = 2_000;

/** The `origin` of a request: its fields, and the characters of each name and value. */
export const MAX_ORIGIN_FIELDS = 10;
export const MAX_ORIGIN_CHARACTERS = 1_024;

/** Characters of MAX_CAUSE_CHARACTERS that the summaries of all exports share. */
export const CAUSE_CHARACTERS = 30_000;

/** Characters that the reasons of all exports share in the output of an execution, and the most for one of them. */
export const OUTPUT_REASON_CHARACTERS = 20_000;
export const MAX_SUMMARY_REASON_CHARACTERS = 500;

/** Characters that the remedies of all exports share in the output of an execution. */
export const OUTPUT_REMEDY_CHARACTERS = 20_000;
