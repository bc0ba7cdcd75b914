/** A message that was published to a topic: the parameters of the call. */
export interface PublishedMessage {
  topicArn: string;
  subject?: string;
  message: string;
  messageStructure?: string;
  /** Values by name. */
  attributes: Record<string, string>;
}

/** The messages of a call of the query protocol; none if it is not Publish or PublishBatch. */
export function publishedMessages(form: URLSearchParams): PublishedMessage[] {
  const action = form.get('Action');
  const topicArn = form.get('TopicArn') ?? form.get('TargetArn') ?? '';
  if (action === 'Publish') return [messageAt('', topicArn, form)];
  if (action !== 'PublishBatch') return [];
  return numbered('PublishBatchRequestEntries.member', 'Id', form).map((prefix) => messageAt(prefix, topicArn, form));
}

function messageAt(prefix: string, topicArn: string, form: URLSearchParams): PublishedMessage {
  const subject = form.get(`${prefix}Subject`);
  const messageStructure = form.get(`${prefix}MessageStructure`);
  const attributes = numbered(`${prefix}MessageAttributes.entry`, 'Name', form).map((entry) => [
    form.get(`${entry}Name`),
    form.get(`${entry}Value.StringValue`) ?? form.get(`${entry}Value.BinaryValue`) ?? '',
  ]);
  return {
    ...{ topicArn, message: form.get(`${prefix}Message`) ?? '', attributes: Object.fromEntries(attributes) },
    ...(subject !== null && { subject }),
    ...(messageStructure !== null && { messageStructure }),
  };
}

/** The prefixes `<list>.1.`, `<list>.2.` and so on, as far as the member exists. */
function numbered(list: string, member: string, form: URLSearchParams): string[] {
  const prefixes: string[] = [];
  while (form.has(`${list}.${prefixes.length + 1}.${member}`)) prefixes.push(`${list}.${prefixes.length + 1}.`);
  return prefixes;
}
